/**
 * A way past a stream's own buffer: while the stream flows and holds nothing, bytes go straight to one reader and are
 * valid until it returns, so a whole chain of streams needs no buffer of its own for them. When it pauses, bytes are
 * copied and pushed as usual, so whoever takes the reads listens for 'data' as well.
 */
import type { Readable } from "node:stream";

export type DirectReader = (bytes: Buffer) => void;

export class DirectReads {
  #reader: DirectReader | null = null;

  constructor(private readonly stream: Readable) {}

  take(reader: DirectReader): void {
    this.#reader = reader;
  }

  /** False: nobody took them; push a copy. */
  offer(bytes: Buffer): boolean {
    const { stream } = this;
    if (!this.#reader || stream.readableFlowing !== true || stream.readableLength > 0 || stream.destroyed)
      return false;
    this.#reader(bytes);
    return true;
  }
}
