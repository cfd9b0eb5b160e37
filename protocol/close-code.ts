/** WebSocket close codes Porthole sends, in one place for both halves (RFC 6455 section 7.4). */
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
  /** A message larger than its limit. */
  TooBig: 1009,
  /** The other leg broke; the reason says how. */
  InternalError: 1011,
  /** Ours: the login, the ticket or the session is no longer valid. */
  Unauthorized: 4401,
  /** Ours: the person may not do this (any more). */
  Forbidden: 4403,
  /** Ours: there is no such session. */
  NotFound: 4404,
  /** Ours: the peer stopped answering pings. */
  DeadPeer: 4408,
  /** Ours: another viewer took the session over. */
  Replaced: 4409,
  /** Ours: the page stopped taking output; it may attach again and catch up. */
  TooSlow: 4429,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

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
