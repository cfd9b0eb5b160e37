/**
 * The word, the readiness and the restarts of a pod, exactly as `kubectl get pods` prints them
 * (kubernetes pkg/printers/internalversion/printers.go, printPod), so that nobody has to learn a second language.
 */
import type { ContainerStatus, KubePod } from "#protocol/kube-object.ts";

export interface PodStatus {
  word: string;
  ready: number;
  total: number;
  restarts: number;
  /** When the last restarted container had ended, Unix milliseconds; null when nothing restarted. */
  restartedAt: number | null;
}

export type PodTone = "ok" | "warn" | "bad" | "idle";

/** node lifecycle controller: the kubelet stopped reporting, so nothing is known of the pod. */
const NODE_LOST = "NodeLost";
const TROUBLE =
  /BackOff|Err|Error|Killed|Invalid|Evicted|Unknown|ExitCode|Signal|Deadline|Fail|Cannot|NodeLost/;

export function podStatus(pod: KubePod): PodStatus {
  const containers = new Restarts();
  const sidecars = new Restarts();
  const initial = initialWord(pod);
  const init = initStatus(pod, containers, sidecars);
  let word = init.word ?? initial;
  let ready = init.ready;
  let restarts = containers;

  if (init.word === null || condition(pod, "Initialized")) {
    // Once the pod is initialised only what may still restart counts.
    restarts = sidecars;
    let running = false;
    for (const container of [...(pod.status?.containerStatuses ?? [])].reverse()) {
      restarts.add(container);
      const { waiting, terminated } = container.state ?? {};
      if (waiting?.reason) word = waiting.reason;
      else if (terminated) word = endedWord(container, "");
      else if (container.ready && container.state?.running) {
        running = true;
        ready += 1;
      }
    }
    if (word === "Completed" && running) word = condition(pod, "Ready") ? "Running" : "NotReady";
  }

  if (pod.metadata?.deletionTimestamp) {
    if (pod.status?.reason === NODE_LOST) word = "Unknown";
    else if (!isOver(pod)) word = "Terminating";
  }
  return { word, ready, total: countedContainers(pod), restarts: restarts.count, restartedAt: restarts.last };
}

/** The colour of the dot. */
export function podTone(status: PodStatus, phase: string): PodTone {
  if (phase === "Succeeded") return "idle";
  if (phase === "Failed" || TROUBLE.test(status.word)) return "bad";
  return status.word === "Running" && status.ready >= status.total ? "ok" : "warn";
}

class Restarts {
  count = 0;
  last: number | null = null;

  add(container: ContainerStatus): void {
    this.count += container.restartCount ?? 0;
    const at = Date.parse(container.lastState?.terminated?.finishedAt ?? "");
    if (!Number.isNaN(at)) this.last = Math.max(at, this.last ?? 0);
  }
}

function initialWord(pod: KubePod): string {
  const gated = pod.status?.conditions?.some(
    (entry) => entry.type === "PodScheduled" && entry.reason === "SchedulingGated",
  );
  if (gated) return "SchedulingGated";
  return pod.status?.reason || pod.status?.phase || "Unknown";
}

/** The word of the first init container that is not done, or null when all are; and the sidecars that are ready. */
function initStatus(pod: KubePod, all: Restarts, sidecars: Restarts): { word: string | null; ready: number } {
  const specs = pod.spec?.initContainers ?? [];
  let ready = 0;
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = specs.find((spec) => spec.name === container.name)?.restartPolicy === "Always";
    all.add(container);
    if (sidecar) sidecars.add(container);
    const { waiting, terminated } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && container.started) {
      if (container.ready) ready += 1;
      continue;
    }
    if (terminated) return { word: endedWord(container, "Init:"), ready };
    if (waiting?.reason && waiting.reason !== "PodInitializing")
      return { word: `Init:${waiting.reason}`, ready };
    return { word: `Init:${index}/${specs.length}`, ready };
  }
  return { word: null, ready };
}

function endedWord(container: ContainerStatus, prefix: string): string {
  const ended = container.state?.terminated;
  if (ended?.reason) return prefix + ended.reason;
  return ended?.signal ? `${prefix}Signal:${ended.signal}` : `${prefix}ExitCode:${ended?.exitCode ?? 0}`;
}

/** Sidecars (init containers that restart) count like containers. */
function countedContainers(pod: KubePod): number {
  const sidecars = pod.spec?.initContainers?.filter((spec) => spec.restartPolicy === "Always") ?? [];
  return (pod.spec?.containers?.length ?? 0) + sidecars.length;
}

function condition(pod: KubePod, type: string): boolean {
  return pod.status?.conditions?.some((entry) => entry.type === type && entry.status === "True") ?? false;
}

function isOver(pod: KubePod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}
