/**
 * Who may use Porthole. Machines send the launch token as a bearer token. A browser opens a link, once, and its page
 * holds a key from then on, which goes with every request. No cookie opens anything: cookies know no ports, so any page
 * on another loopback port makes the browser send them, and any program there receives them (threats.md A2, A4, A8).
 * On loopback none is set; elsewhere one is asked for beside the key, because no script can read it.
 */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { KEY_HEADER } from "#protocol/api.ts";
import { parseOffer } from "#protocol/subprotocol.ts";
import type { Logger } from "#server/log.ts";
import { AccessError } from "./access-error.ts";
import type { Addresses } from "./addresses.ts";
import { type Caller, MACHINE } from "./caller.ts";
import { parseCookies } from "./cookies.ts";
import { type Asking, Guesses } from "./guesses.ts";
import { LaunchLinks, type LaunchToken } from "./launch-links.ts";
import { OwnBearer } from "./own-bearer.ts";
import { digest } from "./secret.ts";
import { type Browser, SIGN_IN_LIFE_MS, SignIns } from "./sign-ins.ts";
import { Tickets } from "./tickets.ts";

const SPENT_WORDS =
  "this link has opened a browser already, and each link is good once: start Porthole again for another, or ask it for one with POST /api/links and the launch token as bearer";
const NOT_SIGNED_IN = "not signed in: open the link that Porthole printed when it started";

type Request = Pick<IncomingMessage, "headers"> & Asking;

export class Auth {
  readonly tickets = new Tickets();
  readonly ownBearer: OwnBearer;
  /** Apart, so that who guesses by one way makes nobody wait who comes by another. */
  readonly #guesses: Record<"logins" | "bearers" | "pages", Guesses>;
  readonly #links: LaunchLinks;
  readonly #signIns = new SignIns();
  /** Null on loopback. */
  readonly #cookieName: string | null;

  constructor(
    token: LaunchToken,
    private readonly addresses: Addresses,
    port: number,
    log?: Logger,
  ) {
    this.#links = new LaunchLinks(token);
    this.ownBearer = new OwnBearer((value) => this.#links.isToken(value));
    this.#guesses = { logins: new Guesses(log), bearers: new Guesses(log), pages: new Guesses(log) };
    // __Host- keeps siblings from setting ours (A8).
    const name = addresses.secure ? "__Host-porthole" : `porthole_${port}`;
    this.#cookieName = addresses.loopback ? null : name;
  }

  /** A link for one browser more, beside the token's. */
  mintLaunchLink(): { url: string; expiresAt: number } {
    const { secret, expiresAt } = this.#links.mint();
    return { url: `${this.addresses.appOrigin}/#t=${secret}`, expiresAt };
  }

  /**
   * @param request whose key, if it has one, tells that this browser is signed in already
   * @throws AccessError UNAUTHENTICATED, FOREIGN, or TOO_MANY when this address has to wait
   */
  login(token: unknown, request: Request): { key: string; setCookie: string | null } {
    this.#refuseOrigin(request);
    this.#refuseSite(request);
    this.#admit("logins", request, typeof token === "string" ? token : "");
    const opened = this.#links.open(token);
    if (opened === "wrong")
      throw this.#guesses.logins.wrong(
        request,
        typeof token === "string" ? token : "",
        "this launch token is not valid",
      );
    const former = this.#signedIn(request)?.signIn;
    // The browser that the link opened may open it again.
    if (opened === "spent" && !former) throw new AccessError("UNAUTHENTICATED", SPENT_WORDS);
    if (former) this.#signIns.renew(former);
    const { key, cookie } = former ?? this.#signIns.add();
    return { key, setCookie: this.#setCookie(cookie, SIGN_IN_LIFE_MS / 1_000) };
  }

  /** Ends what the browser opened. @returns what takes its cookie away */
  logout(request: Request): string | null {
    const browser = this.#signedIn(request);
    if (browser) this.#signIns.remove(browser.signIn);
    return this.#setCookie("", 0);
  }

  /** Null when the sign-in is over. */
  callerOf(id: string): Caller | null {
    return id === MACHINE.id ? MACHINE : (this.#signIns.byId(id)?.caller ?? null);
  }

  /**
   * For HTTP requests to the API.
   * @throws AccessError UNAUTHENTICATED, FOREIGN, TOO_MANY
   */
  authenticate(request: Request): Caller {
    this.#refuseOrigin(request);
    const machine = this.#machine(request);
    if (machine) return machine;
    this.#refuseSite(request);
    const browser = this.#signedIn(request);
    if (browser) return browser.caller;
    const key = request.headers[KEY_HEADER];
    throw typeof key === "string"
      ? this.#guesses.pages.wrong(request, key, NOT_SIGNED_IN)
      : new AccessError("UNAUTHENTICATED", NOT_SIGNED_IN);
  }

  /**
   * For WebSocket upgrades: a bearer token, or our page's Origin and a ticket, with the cookie where there is one.
   * @throws AccessError as authenticate()
   */
  authenticateUpgrade(request: Request, path: string): Caller {
    this.#refuseOrigin(request);
    const machine = this.#machine(request);
    if (machine) return machine;
    this.#refuseSite(request);
    if (request.headers.origin === undefined)
      throw new AccessError("UNAUTHENTICATED", "a bearer token is needed");
    const offered = parseOffer(request.headers["sec-websocket-protocol"]);
    const browser = this.#signIns.byId(this.tickets.redeem(offered, path) ?? "");
    if (browser && this.#hasCookie(request, browser)) return browser.caller;
    const words = "the ticket for this stream is missing, used or older than 30 s";
    throw this.#guesses.pages.wrong(request, offered.join(), words);
  }

  /** @throws AccessError TOO_MANY */
  #admit(way: "logins" | "bearers", request: Request, token: string): void {
    if (this.#links.isBeyondGuessing(token)) this.#guesses[way].admitRight(request, token);
    else this.#guesses[way].admit(request);
  }

  #machine(request: Request): Caller | null {
    const header = request.headers.authorization;
    if (header === undefined) return null;
    const { bearers } = this.#guesses;
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    if (!bearers.isKnown(request)) this.#admit("bearers", request, token ?? "");
    if (token === undefined || !this.#links.isToken(token))
      throw bearers.wrong(request, header, "the bearer token is not valid");
    bearers.right(request);
    return MACHINE;
  }

  #refuseOrigin({ headers: { origin } }: Request): void {
    if (origin !== undefined && !this.addresses.isOwnOrigin(origin)) throw foreign();
  }

  /** Only a browser says it, and only of a page. A program may say what it likes, so it opens nothing. */
  #refuseSite({ headers: { "sec-fetch-site": site } }: Request): void {
    if (site !== undefined && site !== "same-origin") throw foreign();
  }

  #signedIn(request: Request): Browser | null {
    const browser = this.#signIns.find(request.headers[KEY_HEADER]);
    return browser && this.#hasCookie(request, browser) ? browser : null;
  }

  /**
   * A sibling may plant cookies of our name beside ours (A8). Which is ours the key or the ticket says: one of them has
   * to be it, and the others do nothing.
   */
  #hasCookie({ headers }: Request, { signIn }: Browser): boolean {
    if (this.#cookieName === null) return true;
    const wanted = Buffer.from(digest(signIn.cookie));
    return parseCookies(headers.cookie ?? "").some(
      ({ name, value }) => name === this.#cookieName && timingSafeEqual(Buffer.from(digest(value)), wanted),
    );
  }

  #setCookie(value: string, maxAgeSeconds: number): string | null {
    if (this.#cookieName === null) return null;
    const secure = this.addresses.secure ? "; Secure" : "";
    return `${this.#cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`;
  }
}

function foreign(): AccessError {
  return new AccessError("FOREIGN", "this request does not come from Porthole's own page");
}
