/**
 * The last bytes of a terminal's output, addressed by their offset since the session began. It is what a viewer
 * that lost its connection is given the rest from, and the send buffer of viewers that are a little behind.
 */

/** A quiet shell costs this much; the ring doubles from here as output comes. */
const INITIAL_RING_BYTES = 4 * 1024;
export const RING_BYTES = 256 * 1024;

export class OutputRing {
  #bytes = Buffer.alloc(INITIAL_RING_BYTES);
  #end = 0;
  #length = 0;

  constructor(private readonly capacity = RING_BYTES) {}

  /** Offset of the oldest byte still held. */
  get start(): number {
    return this.#end - this.#length;
  }

  /** Offset just past the newest byte: all output so far. */
  get end(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): void {
    const kept = bytes.byteLength > this.capacity ? bytes.subarray(bytes.byteLength - this.capacity) : bytes;
    this.#grow(Math.min(this.capacity, this.#length + kept.byteLength));
    this.#end += bytes.byteLength;
    // Byte with offset o stands at o modulo the size, so growing re-lays it and wrapping needs no head pointer.
    const size = this.#bytes.byteLength;
    const at = (this.#end - kept.byteLength) % size;
    const first = kept.subarray(0, size - at);
    this.#bytes.set(first, at);
    this.#bytes.set(kept.subarray(first.byteLength), 0);
    this.#length = Math.min(this.#length + bytes.byteLength, size);
  }

  /**
   * A copy of at most `max` bytes from `offset`, which must be within [start, end].
   * A copy, because the ring moves on while the bytes wait in a socket.
   */
  read(offset: number, max: number): Buffer {
    const wanted = Math.min(max, this.#end - offset);
    const out = Buffer.allocUnsafe(wanted);
    this.#copyTo(out, offset);
    return out;
  }

  #copyTo(target: Buffer, offset: number): void {
    const size = this.#bytes.byteLength;
    const at = offset % size;
    const copied = this.#bytes.copy(target, 0, at, Math.min(size, at + target.byteLength));
    if (copied < target.byteLength) this.#bytes.copy(target, copied, 0, target.byteLength - copied);
  }

  #grow(needed: number): void {
    let size = this.#bytes.byteLength;
    if (size >= needed) return;
    while (size < needed) size *= 2;
    const held = Buffer.allocUnsafe(this.#length);
    this.#copyTo(held, this.start);
    const start = this.start;
    this.#bytes = Buffer.alloc(Math.min(size, this.capacity));
    const at = start % this.#bytes.byteLength;
    const first = held.subarray(0, this.#bytes.byteLength - at);
    this.#bytes.set(first, at);
    this.#bytes.set(held.subarray(first.byteLength), 0);
  }
}
