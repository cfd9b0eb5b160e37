/** What the list shows, top to bottom: a heading for each workload, its pods below. */
import type { Pod } from "../pod/pod.ts";
import { filterPods, type Span } from "./pod-filter.ts";
import { groupPods, type PodGroup } from "./pod-groups.ts";

export type PodListEntry =
  | { type: "group"; key: string; group: PodGroup }
  | { type: "pod"; key: string; pod: Pod; spans: readonly Span[] };

/** Of two pods that match as well, the one that runs is meant. Less than any step between matches. */
const RUNNING_SCORE = 0.5;

export interface PodRows {
  rows: PodListEntry[];
  /** The pods of the rows, in their order: what the arrow keys walk along. */
  pods: Pod[];
  /** The pod that Enter should mean after typing. Null when nothing matches. */
  best: Pod | null;
}

export function podRows(all: readonly Pod[], query: string, onlyTrouble: boolean): PodRows {
  const candidates = onlyTrouble ? all.filter(needsAttention) : all;
  const matches = filterPods(candidates, query);
  const rows: PodListEntry[] = [];
  const pods: Pod[] = [];
  let best: Pod | null = null;
  let bestScore = -1;
  for (const group of groupPods([...matches.keys()])) {
    rows.push({ type: "group", key: group.key, group });
    for (const pod of group.pods) {
      const match = matches.get(pod);
      rows.push({ type: "pod", key: pod.key, pod, spans: match?.spans ?? [] });
      pods.push(pod);
      const score = match ? match.score + (pod.tone === "ok" ? RUNNING_SCORE : 0) : -1;
      if (score > bestScore) {
        best = pod;
        bestScore = score;
      }
    }
  }
  return { rows, pods, best };
}

/** Neither well nor done. */
export function needsAttention(pod: Pod): boolean {
  return pod.tone === "warn" || pod.tone === "bad";
}
