/** The columns of `kubectl get pods` (kubernetes pkg/printers/internalversion printPod). */

import type { ContainerState, KubeObject, Pod } from "../objects/types.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, NONE, type TablePrinter, text, wide } from "./table-column.ts";

export const POD_PRINTER: TablePrinter = {
  columns: [
    NAME_COLUMN,
    text("Ready"),
    text("Status"),
    text("Restarts"),
    AGE_COLUMN,
    wide("IP"),
    wide("Node"),
    wide("Nominated Node"),
    wide("Readiness Gates"),
  ],
  cells(object: KubeObject, now: number) {
    const pod = object as Pod;
    const statuses = pod.status.containerStatuses ?? [];
    const ready = statuses.filter((status) => status.ready).length;
    return [
      pod.metadata.name,
      `${ready}/${pod.spec.containers.length}`,
      podReason(pod),
      restarts(pod, now),
      ageOf(pod.metadata.creationTimestamp, now),
      pod.status.podIP ?? NONE,
      pod.spec.nodeName ?? NONE,
      NONE,
      NONE,
    ];
  },
};

/** The word in the STATUS column: the reason of the first container that is not simply running, else the phase. */
function podReason(pod: Pod): string {
  for (const { state } of pod.status.containerStatuses ?? []) {
    if ("waiting" in state) return state.waiting.reason;
    if ("terminated" in state) return state.terminated.reason;
  }
  return pod.status.phase;
}

function restarts(pod: Pod, now: number): string {
  const statuses = pod.status.containerStatuses ?? [];
  const count = statuses.reduce((sum, status) => sum + status.restartCount, 0);
  const ends = statuses.map(({ lastState }) => finishedAt(lastState)).filter((end) => end !== "");
  const last = ends.sort().at(-1);
  return count > 0 && last !== undefined ? `${count} (${ageOf(last, now)} ago)` : String(count);
}

function finishedAt(state: ContainerState | Record<string, never>): string {
  return "terminated" in state
    ? ((state as { terminated: { finishedAt: string } }).terminated.finishedAt ?? "")
    : "";
}
