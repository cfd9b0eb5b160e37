/** Who asks. Made by auth.ts at the door, and handed on to whatever is opened for them. */
import { setMaxListeners } from "node:events";
import type { Identity } from "#server/kube/types.ts";

export interface Caller {
  /** Of the browser's sign-in, or "machine" for who holds the launch token itself. */
  readonly id: string;
  readonly kind: "browser" | "machine";
  /** The person; null while there are no people: the launch token's holder has the context's own credential. */
  readonly identity: Identity | null;
  /** Fires when the sign-in is over, with a StreamEnd as its reason: what was opened under it ends. */
  readonly signal: AbortSignal;
}

/** The launch token is good for as long as the process lives. */
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

export const MACHINE: Caller = { kind: "machine", id: "machine", identity: null, signal: NEVER };
