/** How far a login is, for the page that looks on: it asks for the state, or waits for the next one. */
import type { CredentialInfo, CredentialState } from "#protocol/credential.ts";

/** A page that asked within this time has a person before it. Browsers slow the timers of a hidden page to a minute. */
const WATCHED_MS = 90_000;

type Details = Omit<CredentialInfo, "state" | "version" | "since" | "waiting" | "lines">;

export class LoginState {
  #state: CredentialState = "idle";
  #details: Details = {};
  #version = 0;
  #since = Date.now();
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly #listeners = new Set<() => void>();

  get now(): CredentialState {
    return this.#state;
  }

  set(state: CredentialState, details: Details = {}): void {
    if (state !== this.#state) this.#since = Date.now();
    this.#state = state;
    this.#details = details;
    this.changed();
  }

  changed(): void {
    this.#version += 1;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Somebody looks on: a login may then take as long as a person needs. */
  get watched(): boolean {
    return Date.now() - this.#lookedAt < WATCHED_MS;
  }

  look(waiting: number, lines: string[]): CredentialInfo {
    this.#lookedAt = Date.now();
    return {
      state: this.#state,
      version: this.#version,
      since: this.#since,
      waiting,
      lines,
      ...this.#details,
    };
  }

  /** Resolves when there is another version than this one, or when the signal fires. */
  next(version: number, signal: AbortSignal): Promise<void> {
    if (version !== this.#version || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#listeners.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#listeners.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
