/** Random bytes of any size, piece by piece, with their SHA-256: what compresses or repeats would hide faults. */
import { createHash, randomBytes } from "node:crypto";

const PIECE_BYTES = 32 * 1024;

export class RandomBytes {
  readonly #hash = createHash("sha256");
  #digest: string | null = null;

  constructor(readonly bytes: number) {}

  *pieces(): Generator<Buffer> {
    for (let left = this.bytes; left > 0; ) {
      const piece = randomBytes(Math.min(left, PIECE_BYTES));
      this.#hash.update(piece);
      left -= piece.byteLength;
      yield piece;
    }
  }

  /** Of everything pieces() gave; ask when it has ended. */
  get sha256(): string {
    this.#digest ??= this.#hash.digest("hex");
    return this.#digest;
  }
}
