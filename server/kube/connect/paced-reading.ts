/** The reading of one socket, which two may hold: whoever takes its bytes, and the pace at which a peer may send. */

/** After so many frames or pieces of one peer, whatever they are, everybody else has a turn. */
export const PIECES_A_TURN = 1_000;

export class PacedReading {
  #held = true;
  #pieces = 0;
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

  /** One more frame or piece came. */
  count(): void {
    this.#pieces += 1;
    if (this.#pieces % PIECES_A_TURN === 0) this.rest(0);
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
