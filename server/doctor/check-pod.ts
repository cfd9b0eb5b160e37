/** The pod and the container that the streams will go to. */
import { KubeError } from "#kube/errors";
import { podPath } from "#kube/subresource-url";
import type { Examination } from "./examination";
import { failed, type Outcome, ok, warning } from "./outcome";

const DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";
const HTTP_FORBIDDEN = 403;
const HTTP_NOT_FOUND = 404;

interface Pod {
  metadata?: { annotations?: Record<string, string> };
  spec?: {
    nodeName?: string;
    containers?: { name: string; ports?: { containerPort?: number; protocol?: string }[] }[];
  };
  status?: {
    phase?: string;
    containerStatuses?: { name: string; state?: { running?: unknown } }[];
  };
}

export async function checkPod(examination: Examination, signal: AbortSignal): Promise<Outcome> {
  const { cluster, target } = examination;
  const name = `${target.namespace}/${target.pod}`;
  const hop = `the API server → pod ${name}`;
  let pod: Pod;
  try {
    pod = await cluster.json<Pod>({ method: "GET", path: podPath(target.namespace, target.pod), signal });
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (error.httpStatus === HTTP_FORBIDDEN) {
      return warning(`The pod may not be read: ${error.message}`, {
        hop,
        change: `Grant "get" on pods in ${target.namespace}: Porthole lists them to choose from.`,
      });
    }
    const gone = error.httpStatus === HTTP_NOT_FOUND;
    return failed(error.message, {
      hop,
      change: gone ? `Choose a pod that exists in ${target.namespace}.` : "Look at the API server.",
    });
  }
  return describe(examination, pod, name, hop);
}

function describe(examination: Examination, pod: Pod, name: string, hop: string): Outcome {
  const containers = pod.spec?.containers ?? [];
  const wanted = examination.target.container;
  const names = containers.map((container) => container.name);
  const chosen =
    wanted ?? names.find((one) => one === pod.metadata?.annotations?.[DEFAULT_CONTAINER]) ?? names[0];
  const tcp = containers.flatMap(({ ports }) => ports ?? []).filter((port) => port.protocol !== "UDP");
  examination.container = chosen;
  examination.declaredPort = tcp[0]?.containerPort ?? null;
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
