/** The client's half of a v5 stream, as x/net's server reads it (k8s.io/streaming pkg/httpstream/wsstream/conn.go). */
import { Channel } from "#protocol/channel.ts";
import { decodeResize, type TerminalSize } from "#protocol/resize.ts";
import { V4_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { decodeText, encodeText } from "#protocol/text.ts";
import type { ChannelSocket } from "#server/stream/types.ts";

export type ClientFrame =
  | { type: "stdin"; bytes: Uint8Array }
  | { type: "resize"; size: TerminalSize }
  | { type: "stdin-close" }
  | { type: "ignored" }
  | { type: "violation"; reason: string };

const IGNORED: ClientFrame = { type: "ignored" };
/** `{"Width":65535,"Height":65535}` a few times over; more is no resize. */
const MAX_RESIZE_BYTES = 1024;

/** v5 has the CLOSE signal, and SPDY streams end by themselves; in v4 messages 255 is an unknown channel. */
export function hasCloseSignal(socket: Pick<ChannelSocket, "transport" | "subprotocol">): boolean {
  return socket.transport === "spdy" || socket.subprotocol !== V4_SUBPROTOCOL;
}

/** @param hasClose see hasCloseSignal */
export function readClientFrame(channel: number, payload: Uint8Array, hasClose: boolean): ClientFrame {
  switch (channel) {
    case Channel.Stdin:
      return payload.byteLength > 0 ? { type: "stdin", bytes: Buffer.from(payload) } : IGNORED;
    case Channel.Resize:
      return readResize(payload);
    case Channel.Close:
      return hasClose ? readClose(payload) : IGNORED;
    default:
      // A channel the server writes, or one that nobody knows.
      return IGNORED;
  }
}

function readClose(payload: Uint8Array): ClientFrame {
  const channel = payload[0];
  if (payload.byteLength !== 1 || channel === undefined || channel > Channel.Resize) {
    return { type: "violation", reason: "a CLOSE frame names one channel from 0 to 4" };
  }
  return channel === Channel.Stdin ? { type: "stdin-close" } : IGNORED;
}

/** A JSON stream: several objects may come at once, and the last of them counts. */
function readResize(payload: Uint8Array): ClientFrame {
  if (payload.byteLength > MAX_RESIZE_BYTES) return IGNORED;
  const last = decodeText(payload).match(/\{[^{}]*\}\s*$/)?.[0];
  const size = last === undefined ? null : decodeResize(encodeText(last));
  return size ? { type: "resize", size } : IGNORED;
}
