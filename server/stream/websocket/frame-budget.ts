/**
 * How many frames one peer may send: each costs us time that everybody else waits for, and control frames ask for answers
 * (threats.md A27). What is large costs its sender as much as us: only where nothing large belongs does it count as many.
 */

import { TokenBucket } from "#server/spdy/token-bucket.ts";

/** Pings and pongs. kubectl sends one in five seconds. */
const CONTROL_BURST = 1_000;
const CONTROL_PER_SECOND = 100;
/**
 * Messages of a client to a terminal or a command. Typing is ten a second, a paste comes in large ones, and acks follow
 * each 32 KiB of output: the rate is that of acks at 320 MB/s.
 */
const SMALL_BURST = 20_000;
const SMALL_PER_SECOND = 10_000;
/** As long as a message is no longer than this. */
const SMALL_MESSAGE_BYTES = 1_024;
/** A client that is slowed down for so long does not mean to stop. */
const MAX_SLOWED_MS = 5_000;
const MAX_REST_MS = 1_000;

export function controlBudget(): TokenBucket {
  return new TokenBucket(CONTROL_BURST, CONTROL_PER_SECOND);
}

/** Slows a client down first, and gives it up when that does not help. */
export class MessageBudget {
  readonly #bucket = new TokenBucket(SMALL_BURST, SMALL_PER_SECOND);
  #slowedSince: number | null = null;
  #slowedUntil = 0;

  /** @param isData a channel of bytes, which come in messages of any size and as fast as they are taken */
  constructor(private readonly isData: (channel: number) => boolean) {}

  /** @returns for how long it is not to be read; Infinity: never again */
  take(message: Uint8Array): number {
    const count = this.#weight(message);
    const waitMs = count > 0 ? this.#bucket.take(count) : 0;
    if (waitMs === 0) return 0;
    const now = performance.now();
    // Within its rate for a second, it is not the same flood.
    if (this.#slowedSince === null || now - this.#slowedUntil > 1_000) this.#slowedSince = now;
    const restMs = Math.min(waitMs, MAX_REST_MS);
    this.#slowedUntil = now + restMs;
    return now - this.#slowedSince > MAX_SLOWED_MS ? Number.POSITIVE_INFINITY : restMs;
  }

  #weight(message: Uint8Array): number {
    if (message.byteLength <= SMALL_MESSAGE_BYTES) return 1;
    return this.isData(message[0]!) ? 0 : Math.ceil(message.byteLength / SMALL_MESSAGE_BYTES);
  }
}
