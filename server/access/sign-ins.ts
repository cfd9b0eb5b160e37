/**
 * The browsers that are signed in: what is known of each, in a store, and beside it what only this process can do for
 * one: the signal that ends whatever it opened (docs/threats.md A17).
 */
import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { neverLog } from "#server/log.ts";
import { type Forgotten, MemoryStore } from "#server/state/expiring-store.ts";
import type { Caller } from "./caller.ts";
import { digest, isSecret, newSecret } from "./secret.ts";

export const SIGN_IN_LIFE_MS = 12 * 60 * 60_000;
const MAX_BROWSERS = 100;
/** How late a sign-in may end that nobody uses: what it opened goes on for no longer. */
const SWEEP_MS = 10_000;
const ID_BYTES = 8;

export interface SignIn {
  id: string;
  /** What the page keeps and sends in a header, which no other origin can. */
  key: string;
  /** What its browser keeps from scripts, where cookies are used. Of no use without the key, as the key without it. */
  cookie: string;
}

const WORDS: Record<Forgotten, string> = {
  expired: `the sign-in is over: it lasts ${SIGN_IN_LIFE_MS / 3_600_000} hours`,
  "pushed-out": `the sign-in made room: there are at most ${MAX_BROWSERS}`,
  replaced: "the sign-in was replaced",
  deleted: "you signed out",
};

export interface Browser {
  readonly signIn: SignIn;
  readonly caller: Caller;
}

export class SignIns {
  /** By the SHA-256 of the key, so that a look-up's timing tells nothing of a key. */
  readonly #known = new MemoryStore<SignIn>({
    maxEntries: MAX_BROWSERS,
    onForgotten: ({ id }, _hash, why) => this.#over(id, why),
  });
  readonly #browsers = new Map<string, Browser & { over: AbortController }>();
  #sweep: NodeJS.Timeout | undefined;

  add(): SignIn {
    const signIn = {
      id: randomBytes(ID_BYTES).toString("hex"),
      key: neverLoggedSecret(),
      cookie: neverLoggedSecret(),
    };
    const over = new AbortController();
    setMaxListeners(0, over.signal);
    const caller: Caller = { kind: "browser", id: signIn.id, identity: null, signal: over.signal };
    this.#browsers.set(signIn.id, { signIn, caller, over });
    this.#known.put(digest(signIn.key), signIn, SIGN_IN_LIFE_MS);
    this.#sweep ??= setInterval(() => this.#known.forgetExpired(), SWEEP_MS).unref();
    return signIn;
  }

  /**
   * Its whole time begins anew. A browser that uses the link again stays the one it was, so that signing out ends all it
   * opened; its key stays, for its other tabs hold it.
   */
  renew(signIn: SignIn): void {
    const hash = digest(signIn.key);
    // Taken, so that nothing ends.
    if (this.#known.take(hash)) this.#known.put(hash, signIn, SIGN_IN_LIFE_MS);
  }

  /** @param key as the page sent it */
  find(key: unknown): Browser | null {
    const signIn = isSecret(key) ? this.#known.get(digest(key)) : undefined;
    return signIn ? this.byId(signIn.id) : null;
  }

  /** Null when the sign-in is over. */
  byId(id: string): Browser | null {
    return this.#browsers.get(id) ?? null;
  }

  /** Ends what the browser opened. */
  remove({ key }: SignIn): void {
    this.#known.delete(digest(key));
  }

  #over(id: string, why: Forgotten): void {
    const browser = this.#browsers.get(id);
    this.#browsers.delete(id);
    if (this.#browsers.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
    browser?.over.abort({ cause: "signed-out", words: WORDS[why] } satisfies StreamEnd);
  }
}

/** It lives for hours, in which a line of the log may hold it by mistake. */
function neverLoggedSecret(): string {
  const secret = newSecret();
  neverLog(secret);
  return secret;
}
