/** The reading of one socket, which two may hold: whoever takes its bytes, and the pace at which a peer may send. */

/** After so many frames or pieces of one peer, whatever they are, everybody else has a turn. */
export const PIECES_A_TURN = 1_000;
/** And after so many bytes: a WebSocket's are unmasked one by one. */
const BYTES_A_TURN = 256 * 1024;

export class PacedReading {
  #held = true;
  #pieces = 0;
  #bytes = 0;
  #resting = false;

  /** @param source paused, until release() */
  constructor(private readonly source: { pause(): unknown; resume(): unknown }) {}

  hold(): void {
    this.#held = true;
    this.source.pause();
  }

  release(): void {
    this.#held = false;
    if (!this.#resting) this.source.resume();
  }

  /** True while nothing more is to be read. */
  get stopped(): boolean {
    return this.#held || this.#resting;
  }

  /** One more frame or piece came. @param bytes what reading it cost; 0 where they are only passed on */
  count(bytes = 0): void {
    this.#pieces += 1;
    this.#bytes += bytes;
    if (this.#pieces < PIECES_A_TURN && this.#bytes < BYTES_A_TURN) return;
    this.#pieces = 0;
    this.#bytes = 0;
    this.rest(0);
  }

  /** @param ms 0: until everybody else has had a turn */
  rest(ms: number): void {
    if (this.#resting) return;
    this.#resting = true;
    this.source.pause();
    const over = () => {
      this.#resting = false;
      if (!this.#held) this.source.resume();
    };
    if (ms > 0) setTimeout(over, ms).unref();
    else setImmediate(over);
  }
}
