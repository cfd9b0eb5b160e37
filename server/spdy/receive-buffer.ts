/** What has come for a stream and was not yet asked for by its reader. */

/** What a piece costs beside its bytes, so that a million one-byte frames count as what they are. */
const PIECE_OVERHEAD_BYTES = 128;
/** A piece is a view of the chunk it came in; below this share of the chunk it is copied to let the rest go. */
const MIN_SHARE_OF_CHUNK = 1 / 2;

export class ReceiveBuffer {
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** Bytes of memory, overhead included. */
  get bytes(): number {
    return this.#bytes;
  }

  get empty(): boolean {
    return this.#pieces.length === 0;
  }

  add(piece: Buffer): void {
    const pinsChunk = piece.length < piece.buffer.byteLength * MIN_SHARE_OF_CHUNK;
    this.#pieces.push(pinsChunk ? Buffer.from(piece) : piece);
    this.#bytes += piece.length + PIECE_OVERHEAD_BYTES;
  }

  take(): Buffer | undefined {
    const piece = this.#pieces.shift();
    if (piece !== undefined) this.#bytes -= piece.length + PIECE_OVERHEAD_BYTES;
    return piece;
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }
}
