/**
 * Slows who guesses (threats.md A35). Wrong secrets are counted by the address they come from, and the address waits
 * longer after each: meanwhile nothing that a person could have chosen, so that it could be guessed, is let in, be it
 * right or wrong. What is random and right waits once. Who is signed in has nothing to wait for, nor has a machine at an
 * address that has shown the launch token before.
 */
import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Logger } from "#server/log.ts";
import { MemoryStore } from "#server/state/expiring-store.ts";
import { AccessError } from "./access-error.ts";
import { clientAddress } from "./client-address.ts";

/** Typing errors, and what an old tab or script still holds. */
export const FREE_GUESSES = 10;
const FIRST_WAIT_MS = 5_000;
const MAX_WAIT_MS = 30_000;
/** After this long without another wrong one an address begins anew. */
const FORGET_MS = 15 * 60_000;
/** Of the last ones: saying again what was wrong is no guess, or an old tab would make its person wait. */
const REMEMBERED_GUESSES = 16;
const MAX_ADDRESSES = 1_024;
/** Of those who waited once with a value that nobody guesses. */
const MAX_PATIENT = 1_024;
/** When that many are guessing, all others are one. */
const OTHERS = "others";
const KNOWN_LIFE_MS = 12 * 60 * 60_000;

interface Guesser {
  wrong: number;
  /** Parts of hashes, of the last ones. */
  recent: number[];
  waitsUntil: number;
}

export type Asking = Pick<IncomingMessage, "socket">;

export class Guesses {
  readonly #guessers: MemoryStore<Guesser>;
  /** Addresses of machines. */
  readonly #known: MemoryStore<true>;
  /** By the hash of a right value that nobody guesses: when it is let in, whoever else guesses. */
  readonly #patient: MemoryStore<number>;
  readonly #now = () => performance.now();

  constructor(private readonly log?: Logger) {
    // Not a clock that is set: that would make somebody wait for as long as it was set back.
    const bound = { maxEntries: MAX_ADDRESSES, now: this.#now };
    this.#guessers = new MemoryStore(bound);
    this.#known = new MemoryStore(bound);
    this.#patient = new MemoryStore({ ...bound, maxEntries: MAX_PATIENT });
  }

  /** Before a secret is compared. @throws AccessError TOO_MANY while the address waits */
  admit(request: Asking): void {
    const wait = this.#waitMs(this.#keyOf(request));
    if (wait > 0) throw tooMany(wait);
  }

  /**
   * The same for a value that is right, and random, so that no speed would find it: it waits once, and not for longer
   * because others go on guessing there. They would win each race for the next try.
   * @throws AccessError TOO_MANY until then
   */
  admitRight(request: Asking, value: string): void {
    const wait = this.#waitMs(this.#keyOf(request));
    if (wait <= 0) return;
    const key = hash("sha256", value);
    const begins = this.#patient.get(key);
    const left = begins === undefined ? Math.min(wait, FIRST_WAIT_MS) : begins - this.#now();
    if (begins === undefined) this.#patient.put(key, this.#now() + left, FORGET_MS);
    if (left > 0) throw tooMany(left);
  }

  /** @returns what is to be thrown: UNAUTHENTICATED with the words, or TOO_MANY while the address waits */
  wrong(request: Asking, guess: string, words: string): AccessError {
    const key = this.#keyOf(request);
    const wait = this.#waitMs(key);
    if (wait > 0) return tooMany(wait);
    this.#count(key, guess);
    return new AccessError("UNAUTHENTICATED", words);
  }

  /** The launch token came from this address: its machines need not wait for those who guess beside them. */
  right(request: Asking): void {
    this.#known.put(clientAddress(request), true, KNOWN_LIFE_MS);
  }

  isKnown(request: Asking): boolean {
    return this.#known.get(clientAddress(request)) === true;
  }

  #waitMs(key: string): number {
    return (this.#guessers.get(key)?.waitsUntil ?? 0) - this.#now();
  }

  #count(key: string, guess: string): void {
    const before = this.#guessers.get(key) ?? { wrong: 0, recent: [], waitsUntil: 0 };
    const part = hash("sha256", guess, "buffer").readUInt32BE();
    if (before.recent.includes(part)) return;
    const wrong = before.wrong + 1;
    const recent = [...before.recent, part].slice(-REMEMBERED_GUESSES);
    const costly = wrong - FREE_GUESSES;
    const wait = costly > 0 ? Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (costly - 1)) : 0;
    if (costly === 1)
      this.log?.warn({ address: key }, "wrong tokens: this address has to wait between its tries");
    this.#guessers.put(key, { wrong, recent, waitsUntil: this.#now() + wait }, FORGET_MS);
  }

  /** Those who are counted are not pushed out by new ones, or many addresses would be as good as no limit. */
  #keyOf(request: Asking): string {
    const address = clientAddress(request);
    if (this.#guessers.size < MAX_ADDRESSES - 1 || this.#guessers.get(address)) return address;
    this.#guessers.forgetExpired();
    return this.#guessers.size < MAX_ADDRESSES - 1 ? address : OTHERS;
  }
}

function tooMany(waitMs: number): AccessError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new AccessError(
    "TOO_MANY",
    `too many wrong tokens came from this address: nobody new is let in for ${seconds} s`,
    { retryAfterS: seconds },
  );
}
