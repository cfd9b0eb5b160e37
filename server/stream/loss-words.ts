/** Why a connection or a stream of it ended, in words that fit behind a colon and that a person can act on. */
import { SpdyConnectionError, SpdyStreamError } from "#server/spdy/errors.ts";

/** Said of every wire alike; whoever counts dead peers looks for it. */
export const DEAD_PEER_WORDS = "the peer stopped answering pings";

/** A forwarded stream ended by a reset without a word. */
export const RESET_WORDS = "the pod's side reset the connection";

const CLOSE_WORDS: Record<number, string> = {
  1000: "it was closed in order",
  1001: "the peer is going away",
  1005: "it was closed without a code",
  1006: "the connection was lost",
};

/** @param reason what the peer wrote into its close frame, if anything */
export function closeWords(code: number, reason: string): string {
  return reason || (CLOSE_WORDS[code] ?? `it was closed with code ${code}`);
}

export function spdyWords(error: Error): string {
  // A stream says only that its connection is gone; the connection knows why.
  const cause = error instanceof SpdyStreamError && error.code === "LOST" ? error.cause : error;
  if (cause instanceof SpdyConnectionError && cause.code === "PING_TIMEOUT") return DEAD_PEER_WORDS;
  const { message } = cause instanceof Error ? cause : error;
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, "");
}
