/**
 * Who may open a forward in a browser. The app's login does not reach a forward's origin, and must not: the pod's
 * pages run there. The app hands over a code that works once; the forward's origin trades it for a cookie that
 * opens this forward and nothing else (threats.md A5 to A8).
 */
import { hash, randomBytes } from "node:crypto";
import { singleCookie } from "./cookies.ts";

export const CODE_LIFE_MS = 60_000;
/** As long as the app's own login. */
export const PREVIEW_SESSION_LIFE_MS = 12 * 60 * 60_000;
/** The oldest make room: someone who opens this many previews has forgotten the first. */
const MAX_CODES = 256;
const MAX_SESSIONS = 1_024;
/** How often expired sessions are looked for; open WebSockets of one outlive it by this at most. */
const SWEEP_EVERY_MS = 30_000;
/** 256 bits, as 43 base64url characters. */
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

interface Code {
  forwardId: string;
  owner: string;
  expiresAt: number;
}

/** Proof that a request may use a forward. */
export interface PreviewGrant {
  owner: string;
  /** Runs the hook when the right ends while the request still runs; the answer takes it back. */
  onRevoked(hook: () => void): () => void;
}

interface Session extends Code {
  hooks: Set<() => void>;
}

export class PreviewAuth {
  readonly cookieName: string;
  readonly #secure: boolean;
  /** Both by the SHA-256 of the secret, so that a look-up's timing tells nothing of one. */
  readonly #codes = new Map<string, Code>();
  readonly #sessions = new Map<string, Session>();
  readonly #sweep: NodeJS.Timeout;

  /** @param secure the previews are https, so the cookie may have the prefix that siblings cannot set (A8) */
  constructor(secure: boolean) {
    this.#secure = secure;
    this.cookieName = secure ? "__Host-porthole_preview" : "porthole_preview";
    this.#sweep = setInterval(() => this.#expire(), SWEEP_EVERY_MS).unref();
  }

  /** A code for one sign-in on the forward's origin, within CODE_LIFE_MS. */
  mintCode(forwardId: string, owner: string): string {
    const code = newSecret();
    makeRoom(this.#codes, MAX_CODES);
    this.#codes.set(digest(code), { forwardId, owner, expiresAt: Date.now() + CODE_LIFE_MS });
    return code;
  }

  /** The Set-Cookie value, or null. A code is used up even at the wrong forward: then it is in wrong hands. */
  redeem(forwardId: string, code: unknown): string | null {
    if (typeof code !== "string" || !SECRET.test(code)) return null;
    const key = digest(code);
    const found = this.#codes.get(key);
    this.#codes.delete(key);
    if (!found || found.expiresAt <= Date.now() || found.forwardId !== forwardId) return null;
    const secret = newSecret();
    const evicted = makeRoom(this.#sessions, MAX_SESSIONS);
    if (evicted) revoke(evicted);
    const expiresAt = Date.now() + PREVIEW_SESSION_LIFE_MS;
    this.#sessions.set(digest(secret), { forwardId, owner: found.owner, expiresAt, hooks: new Set() });
    // Host-only: no Domain. Lax: a link from the app or a chat opens the page, a foreign form posts nothing.
    return `${this.cookieName}=${secret}; Path=/; HttpOnly; SameSite=Lax${this.#secure ? "; Secure" : ""}`;
  }

  /** The one check for requests and upgrades alike. Null: not signed in at this forward. */
  authorise(cookieHeader: string | undefined, forwardId: string): PreviewGrant | null {
    const secret = singleCookie(cookieHeader, this.cookieName);
    if (secret === null || !SECRET.test(secret)) return null;
    const session = this.#sessions.get(digest(secret));
    if (!session || session.forwardId !== forwardId || session.expiresAt <= Date.now()) return null;
    return {
      owner: session.owner,
      onRevoked(hook) {
        session.hooks.add(hook);
        return () => session.hooks.delete(hook);
      },
    };
  }

  /** The login session ended: its codes and previews end, those with open connections at once (A17). */
  revokeOwner(owner: string): void {
    this.#revokeWhere((entry) => entry.owner === owner);
  }

  revokeForward(forwardId: string): void {
    this.#revokeWhere((entry) => entry.forwardId === forwardId);
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#revokeWhere(() => true);
  }

  #expire(): void {
    const now = Date.now();
    this.#revokeWhere((entry) => entry.expiresAt <= now);
  }

  #revokeWhere(matches: (entry: Code) => boolean): void {
    for (const [key, code] of this.#codes) if (matches(code)) this.#codes.delete(key);
    for (const [key, session] of this.#sessions) {
      if (!matches(session)) continue;
      this.#sessions.delete(key);
      revoke(session);
    }
  }
}

function revoke(session: Session): void {
  for (const hook of [...session.hooks]) hook();
  session.hooks.clear();
}

/** Maps keep the order of insertion, so the first entry is the oldest. */
function makeRoom<T>(map: Map<string, T>, limit: number): T | undefined {
  const [oldest] = map;
  if (map.size < limit || !oldest) return undefined;
  map.delete(oldest[0]);
  return oldest[1];
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

function digest(secret: string): string {
  return hash("sha256", secret, "base64url");
}
