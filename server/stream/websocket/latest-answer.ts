/**
 * Answers to a peer that may ask faster than it reads: a few are on their way, and of the rest only the last is kept, as
 * RFC 6455 section 5.5.3 has it for pongs (threats.md A29).
 */

/** Nobody who reads has as many open. */
const MAX_ON_THEIR_WAY = 16;

export class LatestAnswer {
  #onTheirWay = 0;
  #last: Buffer | null = null;

  /** @param send calls `done` once the answer has left, or never will */
  constructor(private readonly send: (payload: Buffer, done: () => void) => void) {}

  ask(payload: Buffer): void {
    if (this.#onTheirWay < MAX_ON_THEIR_WAY) this.#give(payload);
    // A copy: what was read pins the whole chunk that it came in.
    else this.#last = Buffer.from(payload);
  }

  #give(payload: Buffer): void {
    this.#onTheirWay += 1;
    this.send(payload, () => {
      this.#onTheirWay -= 1;
      const last = this.#last;
      this.#last = null;
      if (last) this.#give(last);
    });
  }
}
