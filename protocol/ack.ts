/**
 * Acks and offsets between page and server, counted in bytes of terminal output (stdout and stderr payload)
 * since the session began. A browser WebSocket cannot pause reading, so the page says how much xterm has
 * parsed and the server keeps at most one window unacked (threats.md A29).
 */

/** Output the server sends ahead of the page's acks, at most. */
export const OUTPUT_WINDOW_BYTES = 256 * 1024;
/** The page acks after this many parsed bytes: often enough that an eighth of the window is the most it waits for. */
export const ACK_EVERY_BYTES = 32 * 1024;

const ACK_BYTES = 8;
const TWO_POW_32 = 2 ** 32;

/** Layout: offset as unsigned 64-bit big-endian, 8 bytes. Safe integers only. */
export function encodeAck(offset: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ACK_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(offset / TWO_POW_32));
  view.setUint32(4, offset % TWO_POW_32);
  return bytes;
}

/** Null when the payload is not 8 bytes or the number is past what JavaScript counts exactly. */
export function decodeAck(payload: Uint8Array): number | null {
  if (payload.byteLength !== ACK_BYTES) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const offset = view.getUint32(0) * TWO_POW_32 + view.getUint32(4);
  return Number.isSafeInteger(offset) ? offset : null;
}
