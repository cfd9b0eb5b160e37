/**
 * Bytes that come in pieces, put together as they come: a piece of one byte costs a hundred while it is kept by itself,
 * and pins the chunk that it came in (threats.md A27).
 */

const FIRST_BYTES = 4 * 1024;

export class GatheredBytes {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  /** @param maxBytes what comes behind them is left out */
  constructor(private readonly maxBytes = Number.MAX_SAFE_INTEGER) {}

  get length(): number {
    return this.#length;
  }

  /** @returns false when not all of it fits */
  add(piece: Uint8Array): boolean {
    const kept = piece.subarray(0, this.maxBytes - this.#length);
    const needed = this.#length + kept.byteLength;
    if (needed > this.#buffer.byteLength) {
      const larger = Buffer.allocUnsafeSlow(
        Math.min(this.maxBytes, Math.max(needed, 2 * this.#buffer.byteLength)),
      );
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#buffer.set(kept, this.#length);
    this.#length = needed;
    return kept.byteLength === piece.byteLength;
  }

  /** Valid until the next piece. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}
