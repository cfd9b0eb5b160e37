/** Terminal size on channel 4 and on the SPDY resize stream (client-go tools/remotecommand/resize.go). */
import { decodeText, encodeText } from "./text.ts";

export interface TerminalSize {
  width: number;
  height: number;
}

/** Sizes are uint16 on the wire. */
export const MAX_TERMINAL_DIMENSION = 65_535;

/** `{"Width":101,"Height":37}` and a newline, byte for byte what kubectl sends. */
export function encodeResize(size: TerminalSize): Uint8Array<ArrayBuffer> {
  return encodeText(`{"Width":${size.width},"Height":${size.height}}\n`);
}

/** Null when it is not one JSON object with two whole numbers in range. Keys match in any case, as in Go. */
export function decodeResize(payload: Uint8Array): TerminalSize | null {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(payload));
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const size: Record<string, unknown> = Object.create(null);
  for (const [key, number] of Object.entries(value)) size[key.toLowerCase()] = number;
  const { width, height } = size;
  return isDimension(width) && isDimension(height) ? { width, height } : null;
}

export function isDimension(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= MAX_TERMINAL_DIMENSION;
}
