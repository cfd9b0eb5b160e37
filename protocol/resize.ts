/** Terminal size on channel 4 and on the SPDY resize stream (client-go tools/remotecommand/resize.go). */
import { decodeText, encodeText } from "./text.ts";

export interface TerminalSize {
  width: number;
  height: number;
}

/** Sizes are uint16 on the wire. */
const MAX_TERMINAL_DIMENSION = 65_535;

/** `{"Width":101,"Height":37}` and a newline, byte for byte what kubectl sends. */
export function encodeResize(size: TerminalSize): Uint8Array<ArrayBuffer> {
  return encodeText(`{"Width":${size.width},"Height":${size.height}}\n`);
}

/** `{"Width":65535,"Height":65535}` a few times over; more is no resize. */
const MAX_RESIZE_BYTES = 1024;
/** A JSON stream of flat objects. */
const SIZES = /^\s*(?:\{[^{}]*\}\s*)+$/;

/**
 * The last size in the payload, since Go reads the channel as a JSON stream; null when anything in it is no size.
 * An API server's decoder stops for good at the first such thing, and what comes then freezes its reader
 * (protocol.md 1.5). Keys match in any case, as in Go.
 */
export function decodeResize(payload: Uint8Array): TerminalSize | null {
  if (payload.byteLength > MAX_RESIZE_BYTES) return null;
  const text = decodeText(payload);
  if (!SIZES.test(text)) return null;
  let size: TerminalSize | null = null;
  for (const [object] of text.matchAll(/\{[^{}]*\}/g)) {
    size = readSize(object);
    if (!size) return null;
  }
  return size;
}

function readSize(text: string): TerminalSize | null {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
  const size: Partial<TerminalSize> = {};
  for (const [key, number] of Object.entries(value)) {
    const name = key.toLowerCase();
    if (name !== "width" && name !== "height") continue;
    // Go fails at any of several spellings that does not fit, so one good one among them is not enough.
    if (!isDimension(number)) return null;
    size[name] = number;
  }
  const { width, height } = size;
  return width !== undefined && height !== undefined ? { width, height } : null;
}

export function isDimension(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= MAX_TERMINAL_DIMENSION;
}
