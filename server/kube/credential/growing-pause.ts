/** The pauses between attempts that nobody asked for: each longer than the last, until one succeeds or a person asks. */
export class GrowingPause {
  #pauseMs = 0;
  #until = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly firstMs: number,
    private readonly maxMs: number,
  ) {}

  /** Unix milliseconds. In the past: the next attempt may begin. */
  get until(): number {
    return this.#until;
  }

  get over(): boolean {
    return Date.now() >= this.#until;
  }

  /** @param atLeastMs for what a person stopped */
  begin(atLeastMs = 0): void {
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, this.firstMs), this.maxMs);
    this.#until = Date.now() + Math.max(this.#pauseMs, atLeastMs);
  }

  reset(): void {
    this.#pauseMs = 0;
    this.#until = Number.NEGATIVE_INFINITY;
  }
}
