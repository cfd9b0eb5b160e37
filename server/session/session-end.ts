/** What a session says when its upstream is over: why, as data, and the Status that plain clients read. */
import { type Ending, lostStatus } from "#protocol/status.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { decodeText } from "#protocol/text.ts";
import type { SocketEnd } from "#server/stream/types.ts";

export const ENDED_BY_PERSON: StreamEnd = { cause: "ended-by-person", words: "a person ended it" };

/** Whoever made the session may not have it any more, or nobody will be there to give it: no reader is waited for. */
export function isImmediate({ cause }: StreamEnd): boolean {
  return cause === "revoked" || cause === "signed-out" || cause === "shutdown";
}

/** @param status what came on the error channel: it says more than how the connection ended after it */
export function endOf(ending: Ending, status: Uint8Array, socketEnd: SocketEnd): StreamEnd {
  if (ending.kind === "exited")
    return { cause: "exited", words: `the command ended with exit code ${ending.code}` };
  if (status.byteLength > 0) return { cause: "closed", words: ending.message };
  return { cause: socketEnd.cause, words: socketEnd.words };
}

/** The API server's own words, unless they say nothing that could be read. */
export function statusText(ending: Ending, status: Uint8Array): string {
  return ending.kind === "unknown" ? JSON.stringify(lostStatus(ending)) : decodeText(status);
}
