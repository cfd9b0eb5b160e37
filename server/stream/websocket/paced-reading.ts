/** The reading of one socket, which two may hold: whoever takes its bytes, and the pace at which a peer may send. */
export class PacedReading {
  #held = true;
  #resting = false;

  /** @param source paused */
  constructor(private readonly source: { pause(): void; resume(): void }) {}

  hold(): void {
    this.#held = true;
    this.source.pause();
  }

  release(): void {
    this.#held = false;
    if (!this.#resting) this.source.resume();
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
