import { beforeEach, describe, expect, it, vi } from "vitest";
import { KEY_HEADER } from "#protocol/api.ts";
import { TICKET_PREFIX, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { Addresses } from "./addresses.ts";
import {
  bearer,
  codeOf,
  PATH,
  PLACES,
  type Place,
  request,
  signIn,
  startAuth,
  TOKEN,
  withoutKey,
} from "./auth.fixture.ts";
import { Auth } from "./auth.ts";
import { TICKET_LIFE_MS } from "./tickets.ts";

let auth: Auth;
let own: string;
/** As the page of a signed-in browser sends them. */
let page: Record<string, string>;

function start(place: Place, chosen = true): void {
  ({ auth, own } = startAuth(place, chosen));
}

const asks = (headers: Record<string, string>, method?: string) =>
  codeOf(() => auth.authenticate(request(headers, method)));

describe.each(PLACES)("%s", (where) => {
  beforeEach(() => {
    start(where);
    page = signIn(auth);
  });

  describe("signing in", () => {
    it.each([undefined, null, 7, "", "wrong", `${TOKEN}x`, [TOKEN], { toString: 1, valueOf: 1 }])(
      "refuses the token %j",
      (token) => {
        expect(codeOf(() => auth.login(token, request({})))).toBe("UNAUTHENTICATED");
      },
    );

    it.each<Record<string, string>>([
      { origin: "http://127.0.0.1:9999" },
      { origin: "null" },
      { "sec-fetch-site": "same-site" },
    ])("is not for a page that sends %j", (headers) => {
      expect(codeOf(() => auth.login(TOKEN, request(headers)))).toBe("FOREIGN");
    });

    it("by a link that has opened another browser is refused with words, and the same browser stays who it is", () => {
      start(where, false);
      page = signIn(auth);
      const { id } = auth.authenticate(request(page));
      expect(() => auth.login(TOKEN, request({}))).toThrow(/good once.*POST \/api\/links/);
      auth.login(TOKEN, request(page));
      expect(auth.authenticate(request(page)).id).toBe(id);
      const link = new URL(auth.mintLaunchLink().url);
      expect(link.origin).toBe(own);
      const secret = link.hash.slice("#t=".length);
      expect([1, 2].map(() => codeOf(() => auth.login(secret, request({}))))).toEqual([
        "OK",
        "UNAUTHENTICATED",
      ]);
      expect(asks(bearer(TOKEN))).toBe("OK");
      expect(asks(bearer(secret))).toBe("UNAUTHENTICATED");
    });
  });

  describe("requests", () => {
    it("of a machine carry the bearer token, and nothing else will do", () => {
      expect(auth.authenticate(request(bearer(TOKEN))).kind).toBe("machine");
      expect(asks(bearer("nope"))).toBe("UNAUTHENTICATED");
      expect(asks({ authorization: `Basic ${TOKEN}` })).toBe("UNAUTHENTICATED");
      expect(asks({})).toBe("UNAUTHENTICATED");
    });

    it.each(["GET", "HEAD", "POST", "DELETE"])("of our page need its key for %s", (method) => {
      expect(asks(page, method)).toBe("OK");
      const keyless = withoutKey(page);
      for (const site of ["same-origin", undefined]) {
        const headers = { ...keyless, ...(site && { "sec-fetch-site": site }) };
        expect(asks(headers, method)).toBe("UNAUTHENTICATED");
        expect(asks({ ...headers, [KEY_HEADER]: "A".repeat(43) }, method)).toBe("UNAUTHENTICATED");
      }
    });

    it.each(["same-site", "cross-site", "none"])("are refused when the browser says %s", (site) => {
      expect(asks({ ...page, "sec-fetch-site": site })).toBe("FOREIGN");
    });

    it("of a page on another loopback port are refused, whatever they have", () => {
      const headers = { ...page, origin: "http://127.0.0.1:9999", "sec-fetch-site": "same-site" };
      expect(asks(headers, "POST")).toBe("FOREIGN");
      expect(asks({ ...headers, ...bearer(TOKEN) }, "POST")).toBe("FOREIGN");
    });

    it("are refused after signing out", () => {
      const { signal } = auth.authenticate(request(page));
      auth.logout(request(page));
      expect(signal.aborted).toBe(true);
      expect(asks(page)).toBe("UNAUTHENTICATED");
    });
  });

  describe("upgrades", () => {
    const id = () => auth.authenticate(request(page)).id;
    const upgrade = (ticket: string, more: Record<string, string> = {}) => {
      const offer = `${V5_SUBPROTOCOL}, ${TICKET_PREFIX}${ticket}`;
      const headers = { ...withoutKey(page), origin: own, "sec-websocket-protocol": offer, ...more };
      return (path = PATH) => codeOf(() => auth.authenticateUpgrade(request(headers), path));
    };

    it("of our page need a ticket for exactly this path, which is spent at once", () => {
      const once = upgrade(auth.tickets.mint(id(), PATH).ticket);
      expect([once(), once()]).toEqual(["OK", "UNAUTHENTICATED"]);
      const other = upgrade(auth.tickets.mint(id(), PATH).ticket);
      expect([other("/api/sessions/abd/stream"), other()]).toEqual(["UNAUTHENTICATED", "UNAUTHENTICATED"]);
    });

    it("with a ticket of nobody who is signed in, of a machine, or an old one, are refused", () => {
      for (const holder of ["another-browser", "machine", ""])
        expect(upgrade(auth.tickets.mint(holder, PATH).ticket)()).toBe("UNAUTHENTICATED");
      const { ticket } = auth.tickets.mint(id(), PATH);
      auth.logout(request(page));
      expect(upgrade(ticket)()).toBe("UNAUTHENTICATED");
      page = signIn(auth);
      vi.useFakeTimers({ toFake: ["Date"] });
      try {
        const old = upgrade(auth.tickets.mint(id(), PATH).ticket);
        vi.advanceTimersByTime(TICKET_LIFE_MS + 1);
        expect(old()).toBe("UNAUTHENTICATED");
      } finally {
        vi.useRealTimers();
      }
    });

    it.each([
      "null",
      "http://localhost:9999",
      "https://127.0.0.1:7654",
      "http://p-abcdefghijk2.localhost:7654",
      "http://evil.test",
    ])("from %s are refused, with a good ticket", (origin) => {
      const { ticket } = auth.tickets.mint(id(), PATH);
      expect(upgrade(ticket, { origin })()).toBe("FOREIGN");
    });

    it("without an Origin are machines', and need the bearer token", () => {
      const offer = `${V5_SUBPROTOCOL}, ${TICKET_PREFIX}${auth.tickets.mint(id(), PATH).ticket}`;
      const headers = { ...page, "sec-websocket-protocol": offer };
      expect(codeOf(() => auth.authenticateUpgrade(request(headers), PATH))).toBe("UNAUTHENTICATED");
      expect(codeOf(() => auth.authenticateUpgrade(request(bearer(TOKEN)), PATH))).toBe("OK");
    });
  });
});

describe("on loopback", () => {
  it.each([
    { host: "127.0.0.1", publicUrl: undefined },
    { host: "127.0.0.2", publicUrl: undefined },
    { host: "localhost", publicUrl: undefined },
    { host: "::1", publicUrl: undefined },
    { host: "0.0.0.0", publicUrl: new URL("https://127.0.0.1:8443") },
    { host: "127.0.0.1", publicUrl: new URL("http://porthole.localhost:8080") },
  ])("there is no cookie (%j)", (options) => {
    for (const tls of [false, true]) {
      const addresses = new Addresses({ ...options, port: 7654, tls, previewDomain: undefined });
      auth = new Auth({ value: TOKEN, chosen: true }, addresses, 7654);
      const login = auth.login(TOKEN, request({}));
      expect(login.setCookie).toBeNull();
      expect(auth.logout(request({ [KEY_HEADER]: login.key }))).toBeNull();
    }
  });

  it("planted cookies change nothing", () => {
    start("loopback");
    page = signIn(auth);
    for (const cookie of [
      "porthole_7654=x",
      "porthole_7654=x; porthole_7654=y",
      "=; ;;=x",
      "x".repeat(700_000),
    ])
      expect(asks({ ...page, cookie })).toBe("OK");
  });
});

describe("hosted", () => {
  beforeEach(() => {
    start("hosted");
    page = signIn(auth);
  });

  it("the cookie is out of reach of scripts, other sites and siblings", () => {
    expect(auth.login(TOKEN, request({})).setCookie).toMatch(
      /^__Host-porthole=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/,
    );
    expect(auth.logout(request(page))).toMatch(/^__Host-porthole=; Path=\/; .*Max-Age=0; Secure$/);
  });

  it("the key opens nothing without the cookie it came with", () => {
    const other = signIn(auth);
    expect(asks({ [KEY_HEADER]: page[KEY_HEADER]! })).toBe("UNAUTHENTICATED");
    expect(asks({ ...page, cookie: other.cookie! })).toBe("UNAUTHENTICATED");
    auth.logout(request({ [KEY_HEADER]: page[KEY_HEADER]! }));
    expect(asks(page)).toBe("OK");
  });

  it("nor does a ticket", () => {
    const { ticket } = auth.tickets.mint(auth.authenticate(request(page)).id, PATH);
    const headers = { origin: own, "sec-websocket-protocol": `${TICKET_PREFIX}${ticket}` };
    expect(codeOf(() => auth.authenticateUpgrade(request(headers), PATH))).toBe("UNAUTHENTICATED");
  });

  it("cookies of our name that a sibling planted lock nobody out", () => {
    const planted = "__Host-porthole=x; __Host-porthole=; porthole=y";
    expect(asks({ ...page, cookie: `${planted}; ${page.cookie}; ${planted}` }, "POST")).toBe("OK");
    expect(asks({ ...page, cookie: planted })).toBe("UNAUTHENTICATED");
  });

  it("the link used again sends the same cookie: another tab may be about to send it", () => {
    expect(auth.login(TOKEN, request(page)).setCookie).toContain(page.cookie);
  });
});
