/**
 * Cuts control strings (DCS, SOS, OSC, PM, APC) that are longer than any honest one. xterm collects up to 10 million
 * characters of each, so a pod could hold hundreds of megabytes in the page, one string per terminal at a time.
 * Works on raw UTF-8, in any split; everything else passes untouched and uncopied.
 */
import { concatBytes } from "#protocol/text.ts";

/** OSC 52 of 64 KiB is 87 KiB in base64; nothing else this page understands is near it. */
export const MAX_CONTROL_STRING_BYTES = 128 * 1024;

const BEL = 0x07;
/** Ends any sequence without effect (ECMA-48, CAN): sent in place of the rest of a cut string. */
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
/** In UTF-8 a C1 control is this byte and itself. */
const C1_LEAD = 0xc2;
const C1_STRING_TERMINATOR = 0x9c;
const DEL = 0x7f;
/** ESC P, X, ], ^, _ and their C1 forms begin a string. */
const STRING_BEGINNINGS: ReadonlySet<number> = new Set([
  0x50, 0x58, 0x5d, 0x5e, 0x5f, 0x90, 0x98, 0x9d, 0x9e, 0x9f,
]);
const OSC = 0x5d;
const C1_OSC = 0x9d;

interface OpenString {
  length: number;
  /** BEL ends an OSC string and no other. */
  osc: boolean;
}

export class ControlStringLimit {
  #string: OpenString | null = null;
  #cutting = false;
  /** An ESC came, and nothing that completed or cancelled its sequence. */
  #escaped = false;
  #previous = 0;

  /** The bytes to draw: the same array, unless something in it was cut. */
  filter(bytes: Uint8Array): Uint8Array {
    if (this.#isPlain(bytes)) return bytes;
    let kept: Uint8Array[] | null = null;
    let from = 0;
    for (let at = 0; at < bytes.byteLength; at += 1) {
      const byte = bytes[at] as number;
      const wasCutting = this.#cutting;
      this.#step(byte);
      if (this.#cutting === wasCutting) continue;
      kept ??= [];
      if (this.#cutting) kept.push(bytes.subarray(from, at), Uint8Array.of(CAN));
      // The byte that ends a cut string goes with it; an ESC begins what follows.
      else from = byte === ESC ? at : at + 1;
    }
    if (kept === null) return this.#cutting ? bytes.subarray(0, 0) : bytes;
    if (!this.#cutting) kept.push(bytes.subarray(from));
    return concatBytes(kept);
  }

  /** True when no string is open and none can begin in these bytes: the usual case, found at the speed of indexOf. */
  #isPlain(bytes: Uint8Array): boolean {
    if (this.#string !== null || this.#escaped || this.#previous === C1_LEAD) return false;
    return bytes.indexOf(ESC) === -1 && bytes.indexOf(C1_LEAD) === -1;
  }

  #step(byte: number): void {
    const previous = this.#previous;
    this.#previous = byte;
    if (this.#string === null) {
      this.#outside(byte, previous);
      return;
    }
    const ends =
      byte === ESC ||
      byte === CAN ||
      byte === SUB ||
      (byte === BEL && this.#string.osc) ||
      (byte === C1_STRING_TERMINATOR && previous === C1_LEAD);
    if (ends) {
      this.#string = null;
      this.#cutting = false;
      this.#escaped = byte === ESC;
      return;
    }
    this.#string.length += 1;
    if (this.#string.length > MAX_CONTROL_STRING_BYTES) this.#cutting = true;
  }

  #outside(byte: number, previous: number): void {
    const introduced = byte < 0x80 ? this.#escaped : previous === C1_LEAD;
    // xterm executes C0 controls inside an escape sequence and goes on with it, so "ESC LF ]" begins a string too.
    const transparent = (byte < 0x20 && byte !== CAN && byte !== SUB) || byte === DEL;
    this.#escaped = byte === ESC || (this.#escaped && transparent);
    if (!introduced || !STRING_BEGINNINGS.has(byte)) return;
    this.#escaped = false;
    this.#string = { length: 0, osc: byte === OSC || byte === C1_OSC };
  }
}
