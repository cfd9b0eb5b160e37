/** How long to wait before the next attempt. Jitter keeps a thousand pages from returning in the same instant. */

export const BACKOFF_STEPS_MS = [250, 500, 1000, 2000, 5000] as const;
/** A wait is its step, up to this share shorter or longer. */
export const BACKOFF_JITTER = 0.2;
/** A connection that lived this long was good: the next loss starts at the first step again. */
export const STABLE_AFTER_MS = 10_000;

export class ReconnectBackoff {
  #attempt = 0;
  readonly #random: () => number;

  /** @param random from 0 to 1; tests give a fixed one */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Attempts since the last stable connection; the first one is 1. */
  get attempt(): number {
    return this.#attempt;
  }

  nextDelayMs(): number {
    const step = BACKOFF_STEPS_MS[Math.min(this.#attempt, BACKOFF_STEPS_MS.length - 1)] as number;
    this.#attempt += 1;
    return Math.round(step * (1 + BACKOFF_JITTER * (2 * this.#random() - 1)));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
