/**
 * What a terminal has put out, addressed by offset: the number of bytes since the session began. It is what a viewer
 * that lost its connection is given the rest from, and the send buffer of viewers that are a little behind.
 */
export interface OutputHistory {
  /** Offset of the oldest byte still held. */
  readonly start: number;
  /** Offset just past the newest byte: all output so far. */
  readonly end: number;
  /** Copies the bytes: the one copy that a session makes of output. */
  append(bytes: Uint8Array): void;
  /**
   * Up to `max` bytes from `offset`, which must be within [start, end]: at least one while there is one, and fewer than
   * asked for where the memory ends. They are the history's own and valid until the next append.
   */
  read(offset: number, max: number): Uint8Array;
  /** What draws the screen as it was at `offset`, where a history can tell; null when that is no longer known. */
  snapshotAt?(offset: number): Uint8Array | null;
}
