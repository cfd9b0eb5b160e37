/** One timer for all requests of a forward that wait for an answer: each looks now and then how it stands. */

const LOOK_EVERY_MS = 500;

export class StallWatch {
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;

  /** Calls `look` every LOOK_EVERY_MS until it is taken back. */
  add(look: () => void): void {
    this.#waiting.add(look);
    this.#timer ??= setInterval(() => this.#lookAround(), LOOK_EVERY_MS).unref();
  }

  delete(look: () => void): void {
    this.#waiting.delete(look);
  }

  /** The timer runs on between requests that follow each other, and stops once none waits. */
  #lookAround(): void {
    if (this.#waiting.size === 0 && this.#timer) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    for (const look of [...this.#waiting]) look();
  }
}
