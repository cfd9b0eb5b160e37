/** From what a person named (a pod, a service, a workload) to the pod and port that serve it now. */

import type { KubeList, KubePod, KubeService, KubeWorkload } from "#protocol/kube-object.ts";
import { requireName, requirePort } from "#server/kube/names.ts";
import type { Cluster } from "#server/kube/types.ts";
import { asForwardError, ForwardError } from "./errors.ts";
import { selectorQuery } from "./label-selector.ts";
import { bestPod } from "./pod-ranking.ts";
import { podPort } from "./service-port.ts";

export interface ForwardTarget {
  namespace: string;
  kind: string;
  name: string;
  port: number;
}

export interface ResolvedTarget {
  pod: string;
  uid: string;
  /** In the pod; for a service not always the port that was asked for. */
  port: number;
}

/** Where a kind lives in the API. Services select with a plain map, the others with a LabelSelector. */
const WORKLOADS: Record<string, string> = {
  Deployment: "/apis/apps/v1",
  StatefulSet: "/apis/apps/v1",
  ReplicaSet: "/apis/apps/v1",
  DaemonSet: "/apis/apps/v1",
  Job: "/apis/batch/v1",
};

/** More pods than this behind one name are not looked at: any of them serves. */
const MAX_PODS = 500;

export class TargetResolver {
  readonly #cluster: Pick<Cluster, "json">;
  readonly #target: ForwardTarget;

  constructor(cluster: Pick<Cluster, "json">, target: ForwardTarget) {
    this.#cluster = cluster;
    this.#target = checkTarget(target);
  }

  /**
   * @param currentUid the pod in use, kept while it is ready
   * @throws ForwardError
   */
  async resolve(currentUid: string | null, signal?: AbortSignal): Promise<ResolvedTarget> {
    try {
      if (this.#target.kind === "Pod") return await this.#resolvePod(signal);
      if (this.#target.kind === "Service") return await this.#resolveService(currentUid, signal);
      return await this.#resolveWorkload(currentUid, signal);
    } catch (cause) {
      throw asForwardError(cause);
    }
  }

  async #resolvePod(signal?: AbortSignal): Promise<ResolvedTarget> {
    const pod = await this.#get<KubePod>("/api/v1", "pods", signal);
    const phase = pod.status?.phase ?? "Unknown";
    if (phase !== "Running") {
      throw new ForwardError(
        "NOT_RUNNING",
        `unable to forward port because pod is not running. Current status=${phase}`,
      );
    }
    return resolved(pod, this.#target.port);
  }

  async #resolveService(currentUid: string | null, signal?: AbortSignal): Promise<ResolvedTarget> {
    const { name, port } = this.#target;
    const service = await this.#get<KubeService>("/api/v1", "services", signal);
    const query = selectorQuery(`Service ${name}`, { matchLabels: service.spec?.selector });
    const pod = await this.#pick(query, currentUid, signal);
    return resolved(pod, podPort(name, service, port, pod));
  }

  async #resolveWorkload(currentUid: string | null, signal?: AbortSignal): Promise<ResolvedTarget> {
    const { kind, name, port } = this.#target;
    const root = WORKLOADS[kind] as string;
    const workload = await this.#get<KubeWorkload>(root, `${kind.toLowerCase()}s`, signal);
    const query = selectorQuery(`${kind} ${name}`, workload.spec?.selector);
    return resolved(await this.#pick(query, currentUid, signal), port);
  }

  async #pick(query: string, currentUid: string | null, signal?: AbortSignal): Promise<KubePod> {
    const { namespace, kind, name } = this.#target;
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(query)}&limit=${MAX_PODS}`;
    const list = await this.#cluster.json<KubeList<KubePod>>({ method: "GET", path, signal });
    const pods = list.items ?? [];
    if (pods.length === 0) throw new ForwardError("NO_SUCH_POD", `${kind} ${name} has no pods`);
    const pod = bestPod(pods, currentUid);
    if (pod) return pod;
    const phases = [...new Set(pods.map((candidate) => candidate.status?.phase ?? "Unknown"))].join(", ");
    throw new ForwardError("NOT_RUNNING", `${kind} ${name} has no running pod. Current status=${phases}`);
  }

  #get<T>(root: string, resource: string, signal?: AbortSignal): Promise<T> {
    // Both names matched RFC 1123 in checkTarget, so neither can change the path (A10).
    const path = `${root}/namespaces/${this.#target.namespace}/${resource}/${this.#target.name}`;
    return this.#cluster.json<T>({ method: "GET", path, signal });
  }
}

/** @throws ForwardError INVALID: the target of a forward is checked once, here, and never read from a URL (A9) */
export function checkTarget(target: ForwardTarget): ForwardTarget {
  const { kind } = target;
  if (kind !== "Pod" && kind !== "Service" && !Object.hasOwn(WORKLOADS, kind)) {
    const kinds = ["Pod", "Service", ...Object.keys(WORKLOADS)].join(", ");
    const shown = JSON.stringify(String(kind)).slice(0, 40);
    throw new ForwardError("INVALID", `${shown} cannot be forwarded; these can: ${kinds}`);
  }
  try {
    return {
      kind,
      namespace: requireName("namespace", target.namespace),
      name: requireName(kind === "Pod" ? "pod" : "name", target.name),
      port: requirePort(target.port),
    };
  } catch (cause) {
    throw asForwardError(cause);
  }
}

function resolved(pod: KubePod, port: number): ResolvedTarget {
  return {
    pod: requireName("pod", pod.metadata?.name),
    uid: pod.metadata?.uid ?? "",
    port: requirePort(port),
  };
}
