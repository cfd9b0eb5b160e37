/**
 * The browsers that are signed in: what is known of each, in a store, and beside it what only this process can do for
 * one: the signal that ends whatever it opened (docs/threats.md A17).
 */
import { createHash, randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { neverLog } from "#server/log.ts";
import { type Forgotten, MemoryStore } from "#server/state/expiring-store.ts";
import type { Caller } from "./caller.ts";

export const SIGN_IN_LIFE_MS = 12 * 60 * 60_000;
const MAX_BROWSERS = 100;
/** How late a sign-in may end that nobody uses: what it opened goes on for no longer. */
const SWEEP_MS = 10_000;
/** 256 bits. */
const SECRET_BYTES = 32;
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

export class SignIns {
  /** By the SHA-256 of the cookie, so that a look-up's timing tells nothing of a cookie. */
  readonly #known = new MemoryStore<SignIn>({
    maxEntries: MAX_BROWSERS,
    onForgotten: ({ id }, _hash, why) => this.#over(id, why),
  });
  readonly #callers = new Map<string, { caller: Caller; over: AbortController }>();
  #sweep: NodeJS.Timeout | undefined;

  /**
   * A browser that is signed in already and uses the link again stays the one it was, so that signing out ends all it
   * opened; its cookie and key are new all the same (docs/threats.md A8).
   * @param former its cookie, if it has one
   */
  add(former: string | null): { cookie: string; signIn: SignIn } {
    const known = former === null ? undefined : this.#known.take(digest(former));
    const cookie = newSecret();
    const signIn = { id: known?.id ?? randomBytes(ID_BYTES).toString("hex"), key: newSecret() };
    this.#known.put(digest(cookie), signIn, SIGN_IN_LIFE_MS);
    if (!this.#callers.has(signIn.id)) {
      const over = new AbortController();
      setMaxListeners(0, over.signal);
      const caller: Caller = { kind: "browser", id: signIn.id, identity: null, signal: over.signal };
      this.#callers.set(signIn.id, { caller, over });
    }
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
    return this.#callers.get(id)?.caller ?? null;
  }

  /** Ends what the browser opened. */
  remove(cookie: string): void {
    this.#known.delete(digest(cookie));
  }

  #over(id: string, why: Forgotten): void {
    const known = this.#callers.get(id);
    this.#callers.delete(id);
    if (this.#callers.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
    known?.over.abort({ cause: "signed-out", words: WORDS[why] } satisfies StreamEnd);
  }
}

function newSecret(): string {
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  neverLog(secret);
  return secret;
}

function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
