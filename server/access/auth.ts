/**
 * Who may use Porthole: whoever holds the launch token. Machines send it as a bearer token; a browser trades it
 * once for a cookie and a key. A cookie alone opens nothing: it is not bound to a port, so any page on another
 * loopback port makes the browser send it (threats.md A2, A4).
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { KEY_HEADER } from "#protocol/api.ts";
import { parseOffer } from "#protocol/subprotocol.ts";
import { neverLog } from "#server/log.ts";
import { AccessError } from "./access-error.ts";
import type { Addresses } from "./addresses.ts";
import type { Caller } from "./caller.ts";
import { FailureBudget } from "./rate-limit.ts";
import { Tickets } from "./tickets.ts";

const BROWSER_LIFE_MS = 12 * 60 * 60_000;
const MAX_BROWSERS = 100;
const FAILURES_BURST = 10;
const FAILURES_PER_MINUTE = 10;

interface Browser {
  id: string;
  key: string;
  expiresAt: number;
  /** Aborted when the sign-in is over. */
  over: AbortController;
}

/** The launch token is good for as long as the process lives. */
const NEVER = new AbortController().signal;

export class Auth {
  readonly cookieName: string;
  readonly tickets = new Tickets();
  /** By the SHA-256 of the cookie, so that a look-up's timing tells nothing of a cookie. */
  readonly #browsers = new Map<string, Browser>();
  readonly #failures = new FailureBudget(FAILURES_BURST, FAILURES_PER_MINUTE);
  readonly #token: Buffer;

  constructor(
    token: string,
    private readonly addresses: Addresses,
    port: number,
  ) {
    neverLog(token);
    this.#token = sha256(token);
    // Two Portholes on two ports share a cookie jar; __Host- keeps siblings from setting ours (A8).
    this.cookieName = addresses.secure ? "__Host-porthole" : `porthole_${port}`;
  }

  isLaunchToken(value: string): boolean {
    return timingSafeEqual(sha256(value), this.#token);
  }

  /** @throws AccessError UNAUTHENTICATED, or TOO_MANY when there were too many wrong tokens */
  login(token: unknown): { setCookie: string; key: string } {
    if (typeof token !== "string" || !this.isLaunchToken(token))
      throw this.#failure("this launch token is not valid");
    for (const [hash, browser] of this.#browsers) {
      if (browser.expiresAt > Date.now() && this.#browsers.size < MAX_BROWSERS) break;
      this.#browsers.delete(hash);
    }
    const cookie = randomBytes(32).toString("base64url");
    neverLog(cookie);
    const browser = {
      id: randomBytes(8).toString("hex"),
      key: randomBytes(32).toString("base64url"),
      expiresAt: Date.now() + BROWSER_LIFE_MS,
      over: new AbortController(),
    };
    this.#browsers.set(sha256(cookie).toString("hex"), browser);
    return { setCookie: this.#cookie(cookie, BROWSER_LIFE_MS / 1000), key: browser.key };
  }

  logout(request: IncomingMessage): string {
    const cookie = this.#readCookie(request);
    if (cookie) this.#browsers.delete(sha256(cookie).toString("hex"));
    return this.#cookie("", 0);
  }

  /** The key of the browser that asks, for a page that was reloaded. @throws AccessError */
  keyOf(request: IncomingMessage): string {
    return this.#browser(request).key;
  }

  /**
   * For HTTP requests to the API.
   * @throws AccessError UNAUTHENTICATED, FOREIGN, TOO_MANY
   */
  authenticate(request: IncomingMessage): Caller {
    const { origin } = request.headers;
    if (origin !== undefined && !this.addresses.isOwnOrigin(origin)) throw foreign();
    const machine = this.#machine(request);
    if (machine) return machine;
    const browser = this.#browser(request);
    const safe = request.method === "GET" || request.method === "HEAD";
    const proven = request.headers["sec-fetch-site"] === "same-origin" && safe;
    if (!proven && !this.#hasKey(request, browser)) throw foreign();
    return { kind: "browser", id: browser.id, identity: null, signal: browser.over.signal };
  }

  /**
   * For WebSocket upgrades: a bearer token, or our page's Origin with cookie and ticket.
   * @throws AccessError as authenticate()
   */
  authenticateUpgrade(request: IncomingMessage, path: string): Caller {
    const { origin } = request.headers;
    if (origin !== undefined && !this.addresses.isOwnOrigin(origin)) throw foreign();
    const machine = this.#machine(request);
    if (machine) return machine;
    if (origin === undefined) throw new AccessError("UNAUTHENTICATED", "a bearer token is needed");
    const browser = this.#browser(request);
    const offered = parseOffer(request.headers["sec-websocket-protocol"]);
    if (!this.tickets.redeem(offered, browser.id, path)) {
      throw new AccessError(
        "UNAUTHENTICATED",
        "the ticket for this stream is missing, used or older than 30 s",
      );
    }
    return { kind: "browser", id: browser.id, identity: null, signal: browser.over.signal };
  }

  #machine(request: IncomingMessage): Caller | null {
    const header = request.headers.authorization;
    if (header === undefined) return null;
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (token === undefined || !this.isLaunchToken(token))
      throw this.#failure("the bearer token is not valid");
    return { kind: "machine", id: "machine", identity: null, signal: NEVER };
  }

  #browser(request: IncomingMessage): Browser {
    const site = request.headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin") throw foreign();
    const cookie = this.#readCookie(request);
    const browser = cookie ? this.#browsers.get(sha256(cookie).toString("hex")) : undefined;
    if (!browser || browser.expiresAt < Date.now()) {
      throw new AccessError(
        "UNAUTHENTICATED",
        "not signed in: open the link that Porthole printed when it started",
      );
    }
    return browser;
  }

  #hasKey(request: IncomingMessage, browser: Browser): boolean {
    const key = request.headers[KEY_HEADER];
    return typeof key === "string" && timingSafeEqual(sha256(key), sha256(browser.key));
  }

  /** Null when the cookie is missing, or there twice: a sibling tossed one in (A8). */
  #readCookie(request: IncomingMessage): string | null {
    const prefix = `${this.cookieName}=`;
    const held = (request.headers.cookie ?? "").split(";").map((part) => part.trim());
    const ours = held.filter((part) => part.startsWith(prefix));
    return ours.length === 1 ? ours[0]!.slice(prefix.length) : null;
  }

  #cookie(value: string, maxAgeSeconds: number): string {
    const secure = this.addresses.secure ? "; Secure" : "";
    return `${this.cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`;
  }

  #failure(message: string): AccessError {
    return this.#failures.take()
      ? new AccessError("UNAUTHENTICATED", message)
      : new AccessError("TOO_MANY", "too many wrong tokens: wait a minute");
  }
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function foreign(): AccessError {
  return new AccessError("FOREIGN", "this request does not come from Porthole's own page");
}
