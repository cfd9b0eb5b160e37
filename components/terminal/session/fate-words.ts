import type { PodFate } from "./pod-fate.ts";

/**
 * For the note of an end: what happened, and what it means.
 * @param noun what ran there
 */
export function fateWords(
  fate: PodFate,
  noun: string,
  after: string,
): { sentence: string; hint: string | null } {
  switch (fate.kind) {
    case "deleted":
      return {
        sentence: `The pod was deleted, and its ${noun} with it${after}.`,
        hint: fate.successor && `${fate.successor.pod} of the same workload runs.`,
      };
    case "evicted":
      return { sentence: `The pod was evicted, and its ${noun} with it${after}.`, hint: fate.words || null };
    case "out-of-memory":
      return {
        sentence: `The container reached its memory limit and was killed, and the ${noun} with it${after}.`,
        hint: null,
      };
    case "container-ended":
      return {
        sentence: `The container ended (${fate.words}), and the ${noun} with it${after}.`,
        hint: null,
      };
  }
}
