/**
 * The error stream of SPDY exec and attach in its two forms, and the Status frame of the WebSocket wire between them:
 * v4 carries a JSON Status; v1 to v3 plain text on failure and nothing on success (protocol.md 1.6).
 */
import { decodeStatus, failureStatus, successStatus } from "#protocol/status.ts";
import { V4_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { decodeText, encodeText } from "#protocol/text.ts";

/**
 * @param received all bytes of the error stream
 * @param lost the connection broke before the streams ended
 * @returns the Status as JSON; null when no status was received, which is never success
 */
export function statusFromErrorStream(
  version: string,
  received: Uint8Array,
  lost: boolean,
): Uint8Array | null {
  if (version === V4_SUBPROTOCOL) return received.byteLength > 0 ? received : null;
  if (received.byteLength === 0) return lost ? null : encodeText(JSON.stringify(successStatus()));
  const message = `error executing remote command: ${decodeText(received)}`;
  return encodeText(JSON.stringify(failureStatus(500, "InternalError", message)));
}

/** @param status the payload of the error channel */
export function errorStreamFromStatus(version: string, status: Uint8Array): Uint8Array {
  if (version === V4_SUBPROTOCOL) return status;
  const decoded = decodeStatus(status);
  if (decoded?.status === "Success") return new Uint8Array();
  return encodeText(decoded?.message || "the command failed");
}
