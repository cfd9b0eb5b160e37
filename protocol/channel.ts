/**
 * The channel codec: one WebSocket message is one frame, byte 0 names the channel, the rest is payload.
 * Ids 0 to 4 and 255 are Kubernetes' own (apimachinery/pkg/util/remotecommand/constants.go); 5 to 7 exist
 * only between Porthole's page and its server, under PORTHOLE_SUBPROTOCOL.
 */
export const Channel = {
  /** StreamStdIn: raw bytes, client to server. */
  Stdin: 0,
  /** StreamStdOut: raw bytes, server to client. With a tty it carries stderr as well. */
  Stdout: 1,
  /** StreamStdErr: raw bytes, server to client; never with a tty. */
  Stderr: 2,
  /** StreamErr: one JSON metav1.Status, server to client; may span several frames. */
  Error: 3,
  /** StreamResize: JSON {"Width":n,"Height":n}, client to server; only with a tty (see resize.ts). */
  Resize: 4,
  /** Ours: how many output bytes the page has parsed since the session began (see ack.ts). */
  Ack: 5,
  /** Ours: a JSON SessionEvent, server to page (see session-event.ts). */
  Event: 6,
  /** Ours: an opaque payload the server returns unchanged, for the page's round-trip time. */
  Echo: 7,
  /** StreamClose (v5): one byte follows, the channel to half-close. Client to server only. */
  Close: 255,
} as const;

export type Channel = (typeof Channel)[keyof typeof Channel];

/** client-go and the kubelet's runtime copy in 32 KiB pieces; one frame never carries more than that. */
export const MAX_PAYLOAD_BYTES = 32 * 1024;
/** A whole frame: the channel byte and the payload. */
export const MAX_FRAME_BYTES = MAX_PAYLOAD_BYTES + 1;

export interface Frame {
  channel: number;
  payload: Uint8Array;
}

/** Puts the channel byte in front of the payload. Copies the payload once. */
export function encodeFrame(channel: Channel, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(1 + payload.byteLength);
  frame[0] = channel;
  frame.set(payload, 1);
  return frame;
}

/** The two bytes that half-close a channel: 255, then its id. */
export function encodeClose(channel: Channel): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(Channel.Close, channel);
}

/**
 * Splits a message into channel and payload without copying.
 * Null for an empty message: servers ignore one, and client-go dies of one, so it is never relayed.
 */
export function decodeFrame(message: Uint8Array): Frame | null {
  const channel = message[0];
  if (channel === undefined) return null;
  return { channel, payload: message.subarray(1) };
}
