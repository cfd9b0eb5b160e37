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
import { digest, newSecret } from "./secret.ts";

export const SIGN_IN_LIFE_MS = 12 * 60 * 60_000;
const MAX_BROWSERS = 100;
/** How late a sign-in may end that nobody uses: what it opened goes on for no longer. */
const SWEEP_MS = 10_000;
/** Two tabs that use the link at once; and a login whose answer never arrived is tried again within this. */
const FORMER_LIFE_MS = 60_000;
const ID_BYTES = 8;

export interface SignIn {
  id: string;
  /** What the page sends in a header, which no other origin can. */
  key: string;
}

const WORDS: Record<Forgotten, string> = {
  expired: `the sign-in is over: it lasts ${SIGN_IN_LIFE_MS / 3_600_000} hours`,
  "pushed-out": `the sign-in made room: there are at most ${MAX_BROWSERS}`,
  replaced: "the sign-in was replaced",
  deleted: "you signed out",
};

/** A browser that is signed in. Its cookie changes with each use of the link, so several may lead to it. */
interface Browser {
  caller: Caller;
  over: AbortController;
  /** Cookies that are good for it; with the last of them it is over. */
  cookies: number;
}

export class SignIns {
  /** By the SHA-256 of the cookie, so that a look-up's timing tells nothing of a cookie. */
  readonly #known = new MemoryStore<SignIn>({
    maxEntries: MAX_BROWSERS,
    onForgotten: ({ id }, _hash, why) => this.#forget(id, why),
  });
  /** Cookies that were replaced, in the same way: good for nothing but to say whose they were. */
  readonly #former = new MemoryStore<SignIn>({ maxEntries: MAX_BROWSERS });
  readonly #browsers = new Map<string, Browser>();
  #sweep: NodeJS.Timeout | undefined;

  /**
   * A browser that is signed in already and uses the link again stays the one it was, so that signing out ends all it
   * opened, also when two of its tabs use the link at once: the second still sends the cookie that the first replaced.
   * Its cookie is a new one all the same (docs/threats.md A8); its key stays, for its other tabs hold it.
   * @param former its cookie, if it has one
   */
  add(former: string | null): { cookie: string; signIn: SignIn } {
    const known = former === null ? null : this.#replace(digest(former));
    const signIn = known ?? { id: randomBytes(ID_BYTES).toString("hex"), key: neverLoggedSecret() };
    const cookie = neverLoggedSecret();
    this.#browser(signIn.id).cookies += 1;
    this.#known.put(digest(cookie), signIn, SIGN_IN_LIFE_MS);
    this.#sweep ??= setInterval(() => this.#known.forgetExpired(), SWEEP_MS).unref();
    return { cookie, signIn };
  }

  /** @param cookie as the browser sent it */
  find(cookie: string): { signIn: SignIn; caller: Caller } | null {
    const signIn = this.#known.get(digest(cookie));
    const caller = signIn && this.caller(signIn.id);
    return caller ? { signIn, caller } : null;
  }

  /** Null when the sign-in is over. */
  caller(id: string): Caller | null {
    return this.#browsers.get(id)?.caller ?? null;
  }

  /** Ends what the browser opened, whichever of its cookies it shows. */
  remove(cookie: string): void {
    const signIn = this.#known.take(digest(cookie));
    if (signIn) this.#over(signIn.id, "deleted");
  }

  /** Whose the cookie is, or was a moment ago; null when that sign-in is over. */
  #replace(hash: string): SignIn | null {
    const replaced = this.#known.take(hash);
    if (replaced) this.#former.put(hash, replaced, FORMER_LIFE_MS);
    const signIn = replaced ?? this.#former.get(hash);
    const browser = signIn && this.#browsers.get(signIn.id);
    if (!browser) return null;
    if (replaced) browser.cookies -= 1;
    return signIn;
  }

  #browser(id: string): Browser {
    const there = this.#browsers.get(id);
    if (there) return there;
    const over = new AbortController();
    setMaxListeners(0, over.signal);
    const caller: Caller = { kind: "browser", id, identity: null, signal: over.signal };
    const browser = { caller, over, cookies: 0 };
    this.#browsers.set(id, browser);
    return browser;
  }

  #forget(id: string, why: Forgotten): void {
    const browser = this.#browsers.get(id);
    if (!browser) return;
    browser.cookies -= 1;
    if (browser.cookies === 0) this.#over(id, why);
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
