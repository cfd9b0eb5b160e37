/**
 * Pieces of a body on their way to whoever reads it, as fast as the slower side and at a pace at which others have their
 * turns: what comes in pieces of a few bytes leaves as one write, because each write costs a hundred times more than a
 * byte while it waits (threats.md A27).
 */
import type { Readable, Writable } from "node:stream";
import { PacedReading } from "#server/kube/connect/paced-reading.ts";

/** From here on a piece is worth a write of its own, and nobody's copy. */
const SMALL_BYTES = 1_024;
/** Small pieces that are put together before the end of their turn. */
const JOINED_BYTES = 16 * 1024;

export class JoinedWrites {
  #joined: Buffer | null = null;
  #filled = 0;
  readonly #reading: PacedReading;

  /** @param source whose 'data' the caller gives to write(); it flows from start() on */
  constructor(
    source: Readable,
    private readonly target: Writable,
  ) {
    this.#reading = new PacedReading(source);
  }

  start(): void {
    this.target.on("drain", () => this.#reading.release());
    this.#reading.release();
  }

  write(piece: Uint8Array): void {
    this.#reading.count();
    if (piece.byteLength >= SMALL_BYTES) {
      this.flush();
      this.#give(piece);
      return;
    }
    if (this.#filled + piece.byteLength > JOINED_BYTES) this.flush();
    // Behind all pieces of the chunk that is being read, and before anything else.
    if (this.#filled === 0) process.nextTick(() => this.flush());
    this.#joined ??= Buffer.allocUnsafeSlow(JOINED_BYTES);
    this.#joined.set(piece, this.#filled);
    this.#filled += piece.byteLength;
  }

  /** Call before the target is ended. */
  flush(): void {
    if (this.#filled === 0) return;
    const bytes = this.#joined!.subarray(0, this.#filled);
    // A lone small piece, as most are, keeps no more than itself.
    const small = bytes.byteLength < SMALL_BYTES;
    if (!small) this.#joined = null;
    this.#filled = 0;
    this.#give(small ? Buffer.from(bytes) : bytes);
  }

  #give(bytes: Uint8Array): void {
    if (!this.target.writable) return;
    if (!this.target.write(bytes)) this.#reading.hold();
  }
}
