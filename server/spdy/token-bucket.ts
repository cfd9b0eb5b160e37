/** How often a peer may do something that costs us more than it: so many at once, and then so many a second. */

export class TokenBucket {
  #left: number;
  #filledAt = performance.now();

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
  ) {
    this.#left = burst;
  }

  /** @returns after how many milliseconds there would be as many; 0: now */
  take(count = 1): number {
    this.#left -= count;
    if (this.#left >= 0) return 0;
    const now = performance.now();
    this.#left = Math.min(this.burst, this.#left + ((now - this.#filledAt) / 1_000) * this.perSecond);
    this.#filledAt = now;
    return this.#left >= 0 ? 0 : (-this.#left / this.perSecond) * 1_000;
  }
}
