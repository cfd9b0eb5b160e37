/**
 * Finding a pod by a few letters. Each word of the query has to be found: in the name, where the letters may also
 * stand apart, or in the namespace, the workload or the status as they are.
 */
import type { Pod } from "../pod/pod.ts";

/** Half-open [from, to) in the pod's name, in order, not touching. */
export type Span = readonly [from: number, to: number];

export interface PodMatch {
  /** What is shown bold. */
  spans: readonly Span[];
  /** Higher is better: where the best word was found. */
  score: number;
}

const SCORE = { nameStart: 4, wordStart: 3, inside: 2, elsewhere: 1, apart: 0 } as const;
const NO_MATCH: PodMatch = { spans: [], score: 0 };

/** Null when a word of the query is nowhere. Letters that stand apart count only with `loose`. */
export function matchPod(pod: Pod, query: string, loose: boolean): PodMatch | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return NO_MATCH;
  const spans: Span[] = [];
  let score = 0;
  for (const word of words) {
    const found = matchWord(pod, word, loose);
    if (!found) return null;
    spans.push(...found.spans);
    score += found.score;
  }
  return { spans: joinSpans(spans), score };
}

/**
 * The pods that match, in the order they came. Letters that stand apart are tried only when no pod has them together:
 * "pay" means payments, not the eleven other pods with a p, an a and a y.
 */
export function filterPods(pods: readonly Pod[], query: string): Map<Pod, PodMatch> {
  for (const loose of [false, true]) {
    const found = new Map<Pod, PodMatch>();
    for (const pod of pods) {
      const match = matchPod(pod, query, loose);
      if (match) found.set(pod, match);
    }
    if (found.size > 0) return found;
  }
  return new Map();
}

function matchWord(pod: Pod, word: string, loose: boolean): PodMatch | null {
  const at = pod.name.indexOf(word);
  if (at >= 0) {
    const before = pod.name[at - 1];
    const score =
      before === undefined ? SCORE.nameStart : /[-.]/.test(before) ? SCORE.wordStart : SCORE.inside;
    return { spans: [[at, at + word.length]], score };
  }
  const elsewhere = [pod.namespace, pod.workload.kind, pod.workload.name, pod.word, pod.node];
  if (elsewhere.some((text) => text.toLowerCase().includes(word)))
    return { spans: [], score: SCORE.elsewhere };
  if (!loose) return null;
  const spans = spansApart(pod.name, word);
  return spans && { spans, score: SCORE.apart };
}

/** The letters in their order with others between them; each as early as it can be. */
function spansApart(name: string, word: string): Span[] | null {
  const spans: Span[] = [];
  let from = 0;
  for (const letter of word) {
    const at = name.indexOf(letter, from);
    if (at < 0) return null;
    spans.push([at, at + 1]);
    from = at + 1;
  }
  return spans;
}

function joinSpans(spans: Span[]): Span[] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}
