/**
 * Who may open a forward in a browser. The app's login does not reach a forward's origin, and must not: the pod's
 * pages run there. The app hands over a code that works once; the forward's origin trades it for a cookie that
 * opens this forward and nothing else (threats.md A5 to A8).
 */
import type { EndCause } from "#protocol/stream-end.ts";
import { type Forgotten, MemoryStore } from "#server/state/expiring-store.ts";
import type { Caller } from "./caller.ts";
import { singleCookie } from "./cookies.ts";
import type { Grant } from "./grant.ts";
import type { Grants } from "./grants.ts";
import { digest, isSecret, newSecret } from "./secret.ts";

export const CODE_LIFE_MS = 60_000;
/** As long as the app's own login. */
export const PREVIEW_SESSION_LIFE_MS = 12 * 60 * 60_000;
/** The oldest make room: someone who opens this many previews has forgotten the first. */
const MAX_CODES = 256;
const MAX_SESSIONS = 1_024;
/** How often expired sessions are looked for; open WebSockets of one outlive it by this at most. */
const SWEEP_EVERY_MS = 10_000;

/** A forward, as far as it matters here. */
export interface PreviewedForward {
  readonly id: string;
  /** The context's name. */
  readonly cluster: string;
}

/** What a code and a cookie stand for. */
interface Entry {
  forward: PreviewedForward;
  /** The caller's id. */
  owner: string;
}

export interface PreviewAuthOptions {
  /** The previews are https, so the cookie may have the prefix that siblings cannot set (A8). */
  secure: boolean;
  grants: Pick<Grants, "underSignIn">;
  /** Null when the sign-in is over. */
  callerOf(id: string): Caller | null;
}

const ENDS: Record<Forgotten, { cause: EndCause; words: string }> = {
  expired: { cause: "limit", words: "the sign-in at this forward lasts 12 hours: open the port again" },
  "pushed-out": { cause: "limit", words: `there are more than ${MAX_SESSIONS} sign-ins at forwards` },
  replaced: { cause: "ended-by-person", words: "the sign-in at this forward was replaced" },
  deleted: { cause: "ended-by-person", words: "the forward was removed" },
};

export class PreviewAuth {
  readonly cookieName: string;
  /** Both by the SHA-256 of the secret, so that a look-up's timing tells nothing of one. */
  readonly #codes = new MemoryStore<Entry>({ maxEntries: MAX_CODES, ownerOf: ({ owner }) => owner });
  readonly #sessions = new MemoryStore<Entry>({
    maxEntries: MAX_SESSIONS,
    ownerOf: ({ owner }) => owner,
    onForgotten: (_entry, key, why) => this.#grants.get(key)?.end(ENDS[why]),
  });
  /** Of the sessions that were used in this process, by the same keys. */
  readonly #grants = new Map<string, Grant>();
  readonly #sweep: NodeJS.Timeout;

  constructor(private readonly options: PreviewAuthOptions) {
    this.cookieName = options.secure ? "__Host-porthole_preview" : "porthole_preview";
    this.#sweep = setInterval(() => this.#sessions.forgetExpired(), SWEEP_EVERY_MS).unref();
  }

  /** A code for one sign-in on the forward's origin, within CODE_LIFE_MS. */
  mintCode({ id, cluster }: PreviewedForward, owner: Caller): string {
    const code = newSecret();
    this.#codes.put(digest(code), { forward: { id, cluster }, owner: owner.id }, CODE_LIFE_MS);
    return code;
  }

  /** The Set-Cookie value, or null. A code is used up even at the wrong forward: then it is in wrong hands. */
  redeem(forwardId: string, code: unknown): string | null {
    if (!isSecret(code)) return null;
    const found = this.#codes.take(digest(code));
    if (found?.forward.id !== forwardId || !this.options.callerOf(found.owner)) return null;
    const secret = newSecret();
    this.#sessions.put(digest(secret), found, PREVIEW_SESSION_LIFE_MS);
    // Host-only: no Domain. Lax: a link from the app or a chat opens the page, a foreign form posts nothing.
    return `${this.cookieName}=${secret}; Path=/; HttpOnly; SameSite=Lax${this.options.secure ? "; Secure" : ""}`;
  }

  /**
   * The one check for requests and upgrades alike. Null: not signed in at this forward. The grant ends with the
   * caller's sign-in at the app, with the forward, and with its own time; what is open through it then ends (A17).
   */
  authorise(cookieHeader: string | undefined, forwardId: string): Grant | null {
    const secret = singleCookie(cookieHeader, this.cookieName);
    if (!isSecret(secret)) return null;
    const key = digest(secret);
    const session = this.#sessions.get(key);
    if (session?.forward.id !== forwardId) return null;
    const known = this.#grants.get(key);
    if (known) return known;
    const caller = this.options.callerOf(session.owner);
    if (!caller) {
      this.#sessions.delete(key);
      return null;
    }
    const grant = this.options.grants.underSignIn(caller, session.forward.cluster);
    this.#grants.set(key, grant);
    grant.onEnd(() => {
      this.#grants.delete(key);
      this.#sessions.delete(key);
    });
    return grant;
  }

  /** The forward was removed: its codes and sign-ins end. */
  revokeForward(forwardId: string): void {
    const isOfIt = ({ forward }: Entry) => forward.id === forwardId;
    this.#codes.deleteWhere(isOfIt);
    this.#sessions.deleteWhere(isOfIt);
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#codes.clear();
    this.#sessions.clear();
  }
}
