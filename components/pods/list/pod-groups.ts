/** Pods under the workload that owns them, in an order that does not jump when a pod is replaced. */
import type { Pod } from "../pod/pod.ts";

export interface PodGroup {
  key: string;
  namespace: string;
  kind: string;
  name: string;
  pods: Pod[];
  /** At the right of the heading: "3 of 3", "done", "1 failed". */
  summary: string;
}

/** Pods without a workload come last in their namespace. */
const LAST_KINDS = ["Static pods", "Single pods"];

export function groupPods(pods: readonly Pod[]): PodGroup[] {
  const groups = new Map<string, PodGroup>();
  for (const pod of pods) {
    const { kind, name } = pod.workload;
    const key = `${pod.namespace}/${kind}/${name}`;
    const group = groups.get(key);
    if (group) group.pods.push(pod);
    else groups.set(key, { key, namespace: pod.namespace, kind, name, pods: [pod], summary: "" });
  }
  for (const group of groups.values()) {
    group.pods.sort((a, b) => compare(a.name, b.name));
    group.summary = summary(group);
  }
  return [...groups.values()].sort(
    (a, b) =>
      compare(a.namespace, b.namespace) ||
      LAST_KINDS.indexOf(a.kind) - LAST_KINDS.indexOf(b.kind) ||
      compare(a.name, b.name) ||
      compare(a.kind, b.kind),
  );
}

function summary({ kind, pods }: PodGroup): string {
  if (kind === "Job" || kind === "CronJob") {
    const running = pods.filter((pod) => pod.phase === "Running" || pod.phase === "Pending").length;
    const failed = pods.filter((pod) => pod.tone === "bad").length;
    if (running > 0) return `${running} running`;
    return failed > 0 ? `${failed} failed` : "done";
  }
  const ready = pods.filter((pod) => pod.tone === "ok").length;
  return kind === "Single pods" ? "" : `${ready} of ${pods.length}`;
}

const collator = new Intl.Collator("en", { numeric: true });

/** web-2 before web-10. */
function compare(a: string, b: string): number {
  return collator.compare(a, b);
}
