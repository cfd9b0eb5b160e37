/** Where work waits, first come first served, while every slot it could use is taken. */
import { ForwardError } from "./errors.ts";

/** Longer than a page's burst takes, shorter than a person waits. */
const SLOT_WAIT_MS = 10_000;
/** A stalled tunnel that flows again does not say so, so waiters also look now and then. */
const LOOK_EVERY_MS = 250;
const MAX_WAITING = 1_024;

interface Waiter {
  deadline: number;
  look(): void;
  giveUp(): void;
}

export class SlotQueue {
  readonly #waiters: Waiter[] = [];
  readonly #full: string;
  #timer: NodeJS.Timeout | null = null;

  /** @param full what is exhausted, in words, for the error */
  constructor(full: string) {
    this.#full = full;
  }

  /**
   * Resolves when it is worth looking for a slot again, which may be in vain.
   * @param since when this piece of work began to wait (Date.now())
   * @throws ForwardError LIMIT when it waited too long, or too many wait
   */
  wait(since: number): Promise<void> {
    if (this.#waiters.length >= MAX_WAITING) return Promise.reject(this.#limit());
    return new Promise((look, reject) => {
      this.#waiters.push({ deadline: since + SLOT_WAIT_MS, look, giveUp: () => reject(this.#limit()) });
      this.#timer ??= setInterval(() => this.#lookAround(), LOOK_EVERY_MS);
    });
  }

  /** One slot is free. */
  wakeOne(): void {
    this.#waiters.shift()?.look();
    this.#stopWhenEmpty();
  }

  /** Nobody needs to wait any more, or many slots are free. */
  wakeAll(): void {
    for (const waiter of this.#waiters.splice(0)) waiter.look();
    this.#stopWhenEmpty();
  }

  #lookAround(): void {
    const now = Date.now();
    for (const waiter of this.#waiters.splice(0)) {
      if (waiter.deadline <= now) waiter.giveUp();
      else waiter.look();
    }
    this.#stopWhenEmpty();
  }

  #stopWhenEmpty(): void {
    if (this.#waiters.length > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #limit(): ForwardError {
    return new ForwardError("LIMIT", this.#full);
  }
}
