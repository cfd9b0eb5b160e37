/** From what a person named (a pod, a service, a workload) to the pod and port that serve it now. */

import type { KubePod, KubeService, KubeWorkload } from "#protocol/kube-object.ts";
import { requireName, requirePort } from "#server/kube/names.ts";
import type { WatchingCluster } from "#server/kube/watch/cluster-watch-source.ts";
import { listObjects } from "#server/kube/watch/list-page.ts";
import { asForwardError, ForwardError } from "./errors.ts";
import { selectorQuery } from "./label-selector.ts";
import { bestPod } from "./pod-ranking.ts";
import { podPort } from "./service-port.ts";
import { MAX_PODS, type PodSelection, WatchedPods } from "./watched-pods.ts";

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

export class TargetResolver {
  readonly #cluster: WatchingCluster;
  readonly #target: ForwardTarget;
  /** What serves as long as the forward is in use; see start(). */
  readonly #pods: WatchedPods;
  /** The service as it was last read: it says which port of the pod is meant. */
  #service: KubeService | null = null;

  constructor(cluster: WatchingCluster, target: ForwardTarget) {
    this.#cluster = cluster;
    this.#target = checkTarget(target);
    this.#pods = new WatchedPods(cluster, this.#target.namespace);
  }

  /** Keeps the pods known until stop(), if the credential may watch them. @param changed look at known() again */
  start(changed: () => void): void {
    this.#pods.start(changed);
  }

  stop(): void {
    this.#pods.stop();
  }

  /** What was found led nowhere. @returns whether it was only known, and not asked for */
  doubt(): boolean {
    return this.#pods.doubt();
  }

  /** Changes are told, so that nobody need ask now and then. */
  get watching(): boolean {
    return this.#pods.known !== null;
  }

  /** Who serves now, without a question; null when that is not known, or nobody does. */
  known(currentUid: string | null): ResolvedTarget | null {
    const pods = this.#pods.known;
    if (!pods) return null;
    try {
      return this.#resolved(this.#best(pods, currentUid));
    } catch {
      return null;
    }
  }

  /**
   * @param currentUid the pod in use, kept while it is ready
   * @throws ForwardError
   */
  async resolve(currentUid: string | null, signal?: AbortSignal): Promise<ResolvedTarget> {
    try {
      if (this.#target.kind === "Pod") return await this.#resolvePod(signal);
      const selection = { labelSelector: await this.#selector(signal) };
      const pods = this.#pods.select(selection) ?? (await this.#list(selection, signal));
      return this.#resolved(this.#best(pods, currentUid));
    } catch (cause) {
      throw asForwardError(cause);
    }
  }

  async #resolvePod(signal?: AbortSignal): Promise<ResolvedTarget> {
    const { name } = this.#target;
    const known = this.#pods.select({ fieldSelector: `metadata.name=${name}` });
    const pods = known ?? [await this.#get<KubePod>("/api/v1", "pods", signal)];
    return this.#resolved(this.#best(pods, null));
  }

  /** A service's selector may change, and a workload may be made anew: asked for each time. */
  async #selector(signal?: AbortSignal): Promise<string> {
    const { kind, name } = this.#target;
    if (kind === "Service") {
      this.#service = await this.#get<KubeService>("/api/v1", "services", signal);
      return selectorQuery(`Service ${name}`, { matchLabels: this.#service.spec?.selector });
    }
    const root = WORKLOADS[kind] as string;
    const workload = await this.#get<KubeWorkload>(root, `${kind.toLowerCase()}s`, signal);
    return selectorQuery(`${kind} ${name}`, workload.spec?.selector);
  }

  async #list(selection: PodSelection, signal?: AbortSignal): Promise<KubePod[]> {
    const path = `/api/v1/namespaces/${this.#target.namespace}/pods`;
    return await listObjects<KubePod>(this.#cluster, path, selection, MAX_PODS, signal);
  }

  #best(pods: readonly KubePod[], currentUid: string | null): KubePod {
    const { kind, name } = this.#target;
    if (pods.length === 0) {
      const words = kind === "Pod" ? `pods "${name}" not found` : `${kind} ${name} has no pods`;
      throw new ForwardError("NO_SUCH_POD", words);
    }
    const pod = bestPod(pods, currentUid);
    if (pod) return pod;
    const phases = [...new Set(pods.map((candidate) => candidate.status?.phase ?? "Unknown"))].join(", ");
    const words =
      kind === "Pod"
        ? "unable to forward port because pod is not running."
        : `${kind} ${name} has no running pod.`;
    throw new ForwardError("NOT_RUNNING", `${words} Current status=${phases}`);
  }

  #resolved(pod: KubePod): ResolvedTarget {
    const { kind, name, port } = this.#target;
    const inPod = kind === "Service" && this.#service ? podPort(name, this.#service, port, pod) : port;
    return {
      pod: requireName("pod", pod.metadata?.name),
      uid: pod.metadata?.uid ?? "",
      port: requirePort(inPod),
    };
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
