/** The last bytes of a terminal's output, in a ring of memory. */
import type { OutputHistory } from "./output-history.ts";

/** A quiet shell costs this much; the ring doubles from here as output comes. */
const INITIAL_RING_BYTES = 4 * 1024;
export const RING_BYTES = 256 * 1024;

export class OutputRing implements OutputHistory {
  #bytes = Buffer.alloc(INITIAL_RING_BYTES);
  #end = 0;
  #length = 0;

  constructor(private readonly capacity = RING_BYTES) {}

  get start(): number {
    return this.#end - this.#length;
  }

  get end(): number {
    return this.#end;
  }

  get heldBytes(): number {
    return this.#bytes.byteLength;
  }

  append(bytes: Uint8Array): void {
    const kept = bytes.byteLength > this.capacity ? bytes.subarray(bytes.byteLength - this.capacity) : bytes;
    this.#grow(Math.min(this.capacity, this.#length + kept.byteLength));
    this.#end += bytes.byteLength;
    this.#lay(kept, this.#end - kept.byteLength);
    this.#length = Math.min(this.#length + bytes.byteLength, this.#bytes.byteLength);
  }

  read(offset: number, max: number): Uint8Array {
    const at = offset % this.#bytes.byteLength;
    return this.#bytes.subarray(at, at + Math.min(max, this.#end - offset));
  }

  /** Byte with offset o stands at o modulo the size, so growing re-lays it and wrapping needs no head pointer. */
  #lay(bytes: Uint8Array, offset: number): void {
    const at = offset % this.#bytes.byteLength;
    const first = bytes.subarray(0, this.#bytes.byteLength - at);
    this.#bytes.set(first, at);
    this.#bytes.set(bytes.subarray(first.byteLength), 0);
  }

  #grow(needed: number): void {
    let size = this.#bytes.byteLength;
    if (size >= needed) return;
    while (size < needed) size *= 2;
    const { start } = this;
    const head = this.read(start, this.#length);
    const rest = this.read(start + head.byteLength, this.#length - head.byteLength);
    this.#bytes = Buffer.alloc(Math.min(size, this.capacity));
    this.#lay(head, start);
    this.#lay(rest, start + head.byteLength);
  }
}
