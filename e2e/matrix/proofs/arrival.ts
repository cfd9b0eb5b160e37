/**
 * Lets a command end only when all its output has come. An API server hangs up when a command is over and cuts what its
 * client has not read by then, with exit code 0 (kubernetes#124571): that is not what the proofs are about.
 */

/** Appended to a script: waits for one byte more of input. */
export const UNTIL_ANSWERED = "head -c 1 >/dev/null";

export class Arrival {
  /** For RunRequest: told how much has come. */
  readonly onBytes: (total: number) => void;
  readonly #all: Promise<void>;

  constructor(bytes: number) {
    let tell = () => {};
    this.#all = new Promise((resolve) => {
      tell = resolve;
    });
    this.onBytes = (total) => {
      if (total >= bytes) tell();
    };
  }

  /** Input that does not end before everything has come. */
  async *holding(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* pieces;
    await this.#all;
  }

  /** The same, with the byte that UNTIL_ANSWERED waits for. */
  async *answering(pieces: Iterable<Uint8Array> = []): AsyncGenerator<Uint8Array> {
    yield* this.holding(pieces);
    yield Buffer.from("\n");
  }
}
