/**
 * What is kept for a while and then forgotten: tickets, codes, sign-ins, verdicts, what was learnt of a cluster. In
 * memory today; several replicas will share one behind the same verbs. Values are plain data: what lives in this
 * process (sockets, timers, signals) does not belong in here.
 */

export interface ExpiringStore<T> {
  /** Replaces what has the key. @param lifeMs from now */
  put(key: string, value: T, lifeMs: number): void;
  get(key: string): T | undefined;
  /** Gives it once: of two that ask, one gets it. */
  take(key: string): T | undefined;
}

/** Why something was forgotten without having been taken. */
export type Forgotten = "expired" | "pushed-out" | "replaced" | "deleted";

export interface MemoryStoreOptions<T> {
  /** When full, what was put first goes first. */
  maxEntries: number;
  /** Whose it is: when full, whoever has most makes room, so that nobody's flood pushes out what is another's. */
  ownerOf?: (value: T) => string;
  /** Runs for whatever is forgotten without having been taken. */
  onForgotten?: (value: T, key: string, why: Forgotten) => void;
  /** Milliseconds; for tests, and for what must not follow a clock that is set. */
  now?: () => number;
}

interface Entry<T> {
  value: T;
  expiresAt: number;
}

/** A Map keeps the order of insertion, and put() inserts anew, so the first entry is the oldest. */
export class MemoryStore<T> implements ExpiringStore<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #now: () => number;

  constructor(private readonly options: MemoryStoreOptions<T>) {
    // Looked up at each call: a test may put a clock of its own in its place.
    this.#now = options.now ?? (() => Date.now());
  }

  get size(): number {
    return this.#entries.size;
  }

  put(key: string, value: T, lifeMs: number): void {
    this.#forget(key, "replaced");
    if (this.#entries.size >= this.options.maxEntries) this.forgetExpired();
    while (this.#entries.size >= this.options.maxEntries) this.#forget(this.#first(), "pushed-out");
    this.#entries.set(key, { value, expiresAt: this.#now() + lifeMs });
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresAt > this.#now()) return entry.value;
    this.#forget(key, "expired");
    return undefined;
  }

  take(key: string): T | undefined {
    const value = this.get(key);
    if (value !== undefined) this.#entries.delete(key);
    return value;
  }

  delete(key: string): void {
    this.#forget(key, "deleted");
  }

  /** Deletes what the condition holds for. */
  deleteWhere(matches: (value: T) => boolean): void {
    for (const [key, { value }] of this.#entries) if (matches(value)) this.delete(key);
  }

  /** For what must end with its time and not when it is next asked for: call it on a timer. */
  forgetExpired(): void {
    const now = this.#now();
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt <= now) this.#forget(key, "expired");
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  /** The oldest, of whoever has most. */
  #first(): string {
    const { ownerOf } = this.options;
    const [oldest = ""] = this.#entries.keys();
    if (!ownerOf) return oldest;
    const counts = new Map<string, number>();
    for (const { value } of this.#entries.values()) {
      const owner = ownerOf(value);
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    for (const [key, { value }] of this.#entries) if (counts.get(ownerOf(value)) === most) return key;
    return oldest;
  }

  #forget(key: string, why: Forgotten): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.options.onForgotten?.(entry.value, key, why);
  }
}
