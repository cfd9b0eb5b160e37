/**
 * Whether what a previewed page sends as its Authorization is the launch token, which no pod may see (threats.md A6). The
 * pod sees whether it was taken out, so its page could try tokens here thousands of times a second (A35): only some new
 * values a minute are compared, and the others go on as they came.
 */
import { MemoryStore } from "#server/state/expiring-store.ts";
import { digest } from "./secret.ts";

const COMPARED_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
/** A program's own tokens, which are compared once. */
const MAX_REMEMBERED = 1_024;
const REMEMBERED_MS = 60 * MINUTE_MS;

export class OwnBearer {
  readonly #others = new MemoryStore<true>({ maxEntries: MAX_REMEMBERED });
  /** It came before, and not as one guess among many. */
  #shown = false;
  #left = COMPARED_PER_MINUTE;
  #refilledAt = performance.now();

  constructor(private readonly isToken: (value: string) => boolean) {}

  /** @param authorization the header's value */
  isOwn(authorization: string): boolean {
    const value = authorization.replace(/^Bearer +/i, "");
    const own = this.isToken(value);
    if (own ? this.#shown : this.#others.get(digest(value))) return own;
    if (!this.#take()) return false;
    if (own) this.#shown = true;
    else this.#others.put(digest(value), true, REMEMBERED_MS);
    return own;
  }

  #take(): boolean {
    const now = performance.now();
    if (now - this.#refilledAt >= MINUTE_MS) {
      this.#refilledAt = now;
      this.#left = COMPARED_PER_MINUTE;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
