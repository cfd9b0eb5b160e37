/**
 * WebSocket close codes (RFC 6455 section 7.4), in one place for both halves: which one Porthole sends for which end of a
 * stream, and what one that is received means.
 */
import type { EndCause, StreamEnd } from "./stream-end.ts";
import { encodeText } from "./text.ts";

export const CloseCode = {
  /** The stream ended and its status was delivered. kubectl takes any other code for a failure. */
  Normal: 1000,
  /** The server is shutting down. */
  GoingAway: 1001,
  /** A frame that the subprotocol forbids. */
  ProtocolError: 1002,
  /** A text message where only binary ones are allowed. */
  UnsupportedData: 1003,
  /** The other leg broke; the reason says how. */
  InternalError: 1011,
  /** Ours: the sign-in under which it was opened is over. */
  Unauthorized: 4401,
  /** Ours: the person may not do this (any more). */
  Forbidden: 4403,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** What this side is told and nobody may send (RFC 6455 section 7.4.1). */
export const ReceivedCode = {
  /** The close frame had no code. */
  NoStatus: 1005,
  /** There was no close frame. */
  Abnormal: 1006,
} as const;

const CODES: Record<EndCause, CloseCode> = {
  exited: CloseCode.Normal,
  closed: CloseCode.Normal,
  "ended-by-person": CloseCode.Normal,
  "client-left": CloseCode.Normal,
  // An answer of ours to who asked for too much: asking again at once does not help.
  limit: CloseCode.Forbidden,
  revoked: CloseCode.Forbidden,
  "signed-out": CloseCode.Unauthorized,
  shutdown: CloseCode.GoingAway,
  "going-away": CloseCode.InternalError,
  "dead-peer": CloseCode.InternalError,
  lost: CloseCode.InternalError,
  refused: CloseCode.InternalError,
  unreachable: CloseCode.InternalError,
  protocol: CloseCode.ProtocolError,
};

/** The code that tells a client of Porthole how its stream ended. */
export function closeCodeOf(cause: EndCause): CloseCode {
  return CODES[cause];
}

/** What the close frame to a client holds. With 1000 the status has said everything. */
export function closeFrameOf({ cause, words }: StreamEnd): { code: CloseCode; reason: string } {
  const code = closeCodeOf(cause);
  return { code, reason: code === CloseCode.Normal ? "" : closeReason(words) };
}

/** The cause behind a code that was received from any WebSocket peer. */
export function causeOfClose(code: number): EndCause {
  switch (code) {
    case CloseCode.Normal:
    case ReceivedCode.NoStatus:
      return "closed";
    case CloseCode.GoingAway:
      return "going-away";
    case CloseCode.Unauthorized:
      return "signed-out";
    case CloseCode.Forbidden:
      return "revoked";
    default:
      // 1002, 1003, 1007 to 1010: the peer found fault with what it was sent. 1011 to 1014: it, or a proxy, failed.
      return (code >= 1002 && code <= 1003) || (code >= 1007 && code <= 1010) ? "protocol" : "lost";
  }
}

/** RFC 6455 section 5.5: a control frame holds 125 bytes, 2 of them are the code. */
export const MAX_CLOSE_REASON_BYTES = 123;

/** Cuts a reason to what a close frame holds, never inside a character. */
export function closeReason(text: string): string {
  let reason = text;
  while (encodeText(reason).byteLength > MAX_CLOSE_REASON_BYTES) {
    reason = [...reason].slice(0, -1).join("");
  }
  return reason;
}
