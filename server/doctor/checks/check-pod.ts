/** The pod and the container that the streams will go to: those named, or a running pod of the namespace. */

import { defaultContainer, type KubeList, type KubePod } from "#protocol/kube-object.ts";
import { podPath } from "#server/kube/api/subresource-url.ts";
import { KubeError } from "#server/kube/errors.ts";
import { requireName } from "#server/kube/names.ts";
import type { Examination } from "../examination.ts";
import { failed, type Outcome, ok, warning } from "../outcome.ts";

const HTTP_FORBIDDEN = 403;
const HTTP_NOT_FOUND = 404;
/** One of so many will run. */
const MAX_CANDIDATES = 200;

export async function checkPod(examination: Examination, signal: AbortSignal): Promise<Outcome> {
  const { namespace, pod: wanted } = examination.target;
  const hop = `the API server → the pods of ${namespace}`;
  try {
    const pod = wanted ? await read(examination, wanted, signal) : await choose(examination, signal);
    if (pod) return describe(examination, pod, hop);
    return failed(`No pod runs in ${namespace}.`, { hop, change: "Name a namespace and a pod that runs." });
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (error.httpStatus === HTTP_FORBIDDEN) {
      const words = `Pods may not be read: ${error.message}`;
      const change = `Grant "get" and "list" on pods in ${namespace}: Porthole lists them to choose from.`;
      return wanted ? warning(words, { hop, change }) : failed(words, { hop, change });
    }
    const gone = error.httpStatus === HTTP_NOT_FOUND;
    const change = gone ? `Choose a pod that exists in ${namespace}.` : "Look at the API server.";
    return failed(error.message, { hop, change });
  }
}

async function read({ cluster, target }: Examination, name: string, signal: AbortSignal): Promise<KubePod> {
  return await cluster.json<KubePod>({ method: "GET", path: podPath(target.namespace, name), signal });
}

async function choose({ cluster, target }: Examination, signal: AbortSignal): Promise<KubePod | undefined> {
  const namespace = requireName("namespace", target.namespace);
  const path = `/api/v1/namespaces/${namespace}/pods?limit=${MAX_CANDIDATES}`;
  const { items = [] } = await cluster.json<KubeList<KubePod>>({
    ...{ method: "GET", path, signal },
    answer: "list",
  });
  const running = items.filter((pod) => pod.status?.phase === "Running" && pod.metadata?.name);
  // One that declares a port lets the port-forward be tried to its end.
  return running.find((pod) => ports(pod).length > 0) ?? running[0];
}

function describe(examination: Examination, pod: KubePod, hop: string): Outcome {
  examination.pod ??= pod.metadata?.name;
  const wanted = examination.target.container;
  const name = `${examination.target.namespace}/${examination.pod}`;
  const names = pod.spec?.containers?.map((container) => container.name) ?? [];
  const chosen = wanted ?? defaultContainer(pod);
  examination.container = chosen;
  examination.declaredPort = ports(pod)[0] ?? null;
  if (wanted !== undefined && !names.includes(wanted)) {
    return failed(`Pod ${name} has no container ${wanted}; it has ${names.join(", ")}.`, {
      hop,
      change: "Choose one of its containers.",
    });
  }
  const phase = pod.status?.phase ?? "unknown";
  const state = pod.status?.containerStatuses?.find((one) => one.name === chosen)?.state;
  if (phase !== "Running" || (state && state.running === undefined)) {
    return failed(`Container ${chosen} of pod ${name} does not run (phase ${phase}).`, {
      hop,
      change: "Choose a running pod: streams lead to running containers only.",
    });
  }
  const node = pod.spec?.nodeName ? ` on node ${pod.spec.nodeName}` : "";
  return ok(`Pod ${name} runs${node}; container ${chosen}.`);
}

function ports(pod: KubePod): number[] {
  const declared = pod.spec?.containers?.flatMap((container) => container.ports ?? []) ?? [];
  return declared.flatMap((port) => (port.protocol === "UDP" ? [] : (port.containerPort ?? [])));
}
