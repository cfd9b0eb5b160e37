/**
 * Who may use Porthole: whoever holds the launch token. Machines send it as a bearer token; a browser trades it
 * once for a cookie and a key. A cookie alone opens nothing: it is not bound to a port, so any page on another
 * loopback port makes the browser send it (threats.md A2, A4).
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { KEY_HEADER } from "#protocol/api.ts";
import { parseOffer } from "#protocol/subprotocol.ts";
import { AccessError } from "./access-error.ts";
import type { Addresses } from "./addresses.ts";
import { type Caller, MACHINE } from "./caller.ts";
import { singleCookie } from "./cookies.ts";
import { LaunchLinks, type LaunchToken } from "./launch-links.ts";
import { FailureBudget } from "./rate-limit.ts";
import { SIGN_IN_LIFE_MS, type SignIn, SignIns } from "./sign-ins.ts";
import { Tickets } from "./tickets.ts";

const FAILURES_BURST = 10;
const FAILURES_PER_MINUTE = 10;
const SPENT_WORDS =
  "this link has opened a browser already, and each link is good once: start Porthole again for another, or ask it for one with POST /api/links and the launch token as bearer";

export class Auth {
  readonly cookieName: string;
  readonly tickets = new Tickets();
  readonly #links: LaunchLinks;
  readonly #signIns = new SignIns();
  readonly #failures = new FailureBudget(FAILURES_BURST, FAILURES_PER_MINUTE);

  constructor(
    token: LaunchToken,
    private readonly addresses: Addresses,
    port: number,
  ) {
    this.#links = new LaunchLinks(token);
    // Two Portholes on two ports share a cookie jar; __Host- keeps siblings from setting ours (A8).
    this.cookieName = addresses.secure ? "__Host-porthole" : `porthole_${port}`;
  }

  isLaunchToken(value: string): boolean {
    return this.#links.isToken(value);
  }

  /** A link for one browser more, beside the token's. */
  mintLaunchLink(): { url: string; expiresAt: number } {
    const { secret, expiresAt } = this.#links.mint();
    return { url: `${this.addresses.appOrigin}/#t=${secret}`, expiresAt };
  }

  /**
   * @param request whose cookie, if it has one, tells that this browser is signed in already
   * @throws AccessError UNAUTHENTICATED, or TOO_MANY when there were too many wrong tokens
   */
  login(token: unknown, request: Pick<IncomingMessage, "headers">): { setCookie: string; key: string } {
    const former = this.#readCookie(request);
    const opened = this.#links.open(token);
    if (opened === "wrong") throw this.#failure("this launch token is not valid");
    // The browser that the link opened may open it again.
    if (opened === "spent" && !(former && this.#signIns.find(former)))
      throw new AccessError("UNAUTHENTICATED", SPENT_WORDS);
    const { cookie, signIn } = this.#signIns.add(former);
    return { setCookie: this.#cookie(cookie, SIGN_IN_LIFE_MS / 1000), key: signIn.key };
  }

  /** Ends what the browser opened. The answer takes its cookie away. */
  logout(request: IncomingMessage): string {
    const cookie = this.#readCookie(request);
    if (cookie) this.#signIns.remove(cookie);
    return this.#cookie("", 0);
  }

  /** Null when the sign-in is over. */
  callerOf(id: string): Caller | null {
    return id === MACHINE.id ? MACHINE : this.#signIns.caller(id);
  }

  /** The key of the browser that asks, for a page that was reloaded. @throws AccessError */
  keyOf(request: IncomingMessage): string {
    return this.#browser(request).signIn.key;
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
    const { signIn, caller } = this.#browser(request);
    const safe = request.method === "GET" || request.method === "HEAD";
    const proven = request.headers["sec-fetch-site"] === "same-origin" && safe;
    if (!proven && !this.#hasKey(request, signIn)) throw foreign();
    return caller;
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
    const { caller } = this.#browser(request);
    const offered = parseOffer(request.headers["sec-websocket-protocol"]);
    if (!this.tickets.redeem(offered, caller.id, path)) {
      throw new AccessError(
        "UNAUTHENTICATED",
        "the ticket for this stream is missing, used or older than 30 s",
      );
    }
    return caller;
  }

  #machine(request: IncomingMessage): Caller | null {
    const header = request.headers.authorization;
    if (header === undefined) return null;
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (token === undefined || !this.isLaunchToken(token))
      throw this.#failure("the bearer token is not valid");
    return MACHINE;
  }

  #browser(request: IncomingMessage): { signIn: SignIn; caller: Caller } {
    const site = request.headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin") throw foreign();
    const cookie = this.#readCookie(request);
    const browser = cookie ? this.#signIns.find(cookie) : null;
    if (!browser) {
      throw new AccessError(
        "UNAUTHENTICATED",
        "not signed in: open the link that Porthole printed when it started",
      );
    }
    return browser;
  }

  #hasKey(request: IncomingMessage, { key }: SignIn): boolean {
    const given = request.headers[KEY_HEADER];
    return typeof given === "string" && timingSafeEqual(sha256(given), sha256(key));
  }

  #readCookie(request: Pick<IncomingMessage, "headers">): string | null {
    return singleCookie(request.headers.cookie, this.cookieName);
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
