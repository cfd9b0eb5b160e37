/**
 * What became of the pod or the container when a shell was cut off: an exit code of 137 is the same for a deleted pod
 * and for one that ran out of memory, and only the cluster knows which it was.
 */
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { SessionState } from "./terminal-session-state.ts";

export interface Successor {
  pod: string;
  container: string;
  containers: string[];
}

export type PodFate =
  /** Gone, on its way, or made anew under the same name. */
  | { kind: "deleted"; successor: Successor | null }
  | { kind: "evicted"; words: string }
  | { kind: "out-of-memory" }
  /** The container ended, for another reason, while the shell ran in it. */
  | { kind: "container-ended"; words: string };

/** Codes from here on are 128 plus a signal. */
const FIRST_SIGNAL_CODE = 129;
/** What Porthole or a person decided explains itself. */
const EXPLAINED: ReadonlySet<StreamEnd["cause"]> = new Set([
  "ended-by-person",
  "limit",
  "revoked",
  "signed-out",
  "shutdown",
]);

/** Nobody left this shell by its own `exit`: the pod may have gone under it. */
export function wasCutOff(state: SessionState): boolean {
  if (state.kind !== "ended" || EXPLAINED.has(state.end.cause)) return false;
  return state.ending.kind !== "exited" || state.ending.code >= FIRST_SIGNAL_CODE;
}
