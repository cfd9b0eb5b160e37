import type { IncomingMessage } from "node:http";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { KEY_HEADER } from "#protocol/api.ts";
import { TICKET_PREFIX, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { AccessError } from "./access-error.ts";
import { Addresses } from "./addresses.ts";
import { Auth } from "./auth.ts";
import { TICKET_LIFE_MS } from "./tickets.ts";

const TOKEN = "a-launch-token-of-this-test";
const OWN = "http://127.0.0.1:7654";
const addresses = new Addresses({
  host: "127.0.0.1",
  port: 7654,
  tls: false,
  publicUrl: undefined,
  previewDomain: undefined,
});

let auth: Auth;
let cookie: string;
let key: string;

beforeEach(() => {
  auth = new Auth({ value: TOKEN, chosen: true }, addresses, 7654);
  const login = auth.login(TOKEN, request({}));
  cookie = login.setCookie.split(";")[0]!;
  key = login.key;
});

const request = (headers: Record<string, string>, method = "GET") =>
  ({ method, headers }) as unknown as IncomingMessage;

function codeOf(attempt: () => unknown): string {
  try {
    attempt();
    return "OK";
  } catch (error) {
    expect(error).toBeInstanceOf(AccessError);
    return (error as AccessError).code;
  }
}

describe("signing in", () => {
  it("gives a cookie no script reads, no other site sends, and no other port shares by name", () => {
    expect(auth.login(TOKEN, request({})).setCookie).toMatch(
      /^porthole_7654=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
    const secure = new Addresses({
      host: "0.0.0.0",
      port: 443,
      tls: true,
      publicUrl: new URL("https://p.example"),
      previewDomain: undefined,
    });
    expect(new Auth({ value: TOKEN, chosen: true }, secure, 443).login(TOKEN, request({})).setCookie).toMatch(
      /^__Host-porthole=.*; Secure$/,
    );
  });

  it.each([undefined, null, 7, "", "wrong", `${TOKEN}x`])("refuses the token %j", (token) => {
    expect(codeOf(() => auth.login(token, request({})))).toBe("UNAUTHENTICATED");
  });

  it("answers 429 to a guesser, and still lets the right token in", () => {
    const codes = Array.from({ length: 1_000 }, (_, index) =>
      codeOf(() => auth.login(`guess ${index}`, request({}))),
    );
    expect(codes.filter((code) => code === "UNAUTHENTICATED").length).toBeLessThanOrEqual(11);
    expect(codes.at(-1)).toBe("TOO_MANY");
    expect(codeOf(() => auth.login(TOKEN, request({})))).toBe("OK");
  });
});

describe("requests", () => {
  it("of a machine carry the bearer token, and nothing else will do", () => {
    expect(auth.authenticate(request({ authorization: `Bearer ${TOKEN}` })).kind).toBe("machine");
    expect(codeOf(() => auth.authenticate(request({ authorization: "Bearer nope" })))).toBe(
      "UNAUTHENTICATED",
    );
    expect(codeOf(() => auth.authenticate(request({ authorization: `Basic ${TOKEN}` })))).toBe(
      "UNAUTHENTICATED",
    );
    expect(codeOf(() => auth.authenticate(request({})))).toBe("UNAUTHENTICATED");
  });

  it("of our page read with the cookie alone, and change things only with the key", () => {
    const page = { cookie, "sec-fetch-site": "same-origin" };
    expect(auth.authenticate(request(page)).kind).toBe("browser");
    expect(codeOf(() => auth.authenticate(request(page, "POST")))).toBe("FOREIGN");
    expect(codeOf(() => auth.authenticate(request({ ...page, [KEY_HEADER]: "x" }, "DELETE")))).toBe(
      "FOREIGN",
    );
    expect(codeOf(() => auth.authenticate(request({ ...page, [KEY_HEADER]: key }, "POST")))).toBe("OK");
  });

  it.each(["same-site", "cross-site", "none"])("are refused when the browser says %s", (site) => {
    expect(
      codeOf(() => auth.authenticate(request({ cookie, "sec-fetch-site": site, [KEY_HEADER]: key }))),
    ).toBe("FOREIGN");
  });

  it("of a page on another loopback port are refused, cookie or not", () => {
    const headers = { cookie, origin: "http://127.0.0.1:9999", "sec-fetch-site": "same-site" };
    expect(codeOf(() => auth.authenticate(request(headers, "POST")))).toBe("FOREIGN");
    expect(
      codeOf(() => auth.authenticate(request({ ...headers, authorization: `Bearer ${TOKEN}` }, "POST"))),
    ).toBe("FOREIGN");
  });

  it("with our cookie twice are refused: one of them was tossed in", () => {
    expect(
      codeOf(() =>
        auth.authenticate(request({ cookie: `${cookie}; ${cookie}`, "sec-fetch-site": "same-origin" })),
      ),
    ).toBe("UNAUTHENTICATED");
  });

  it("are refused after signing out", () => {
    auth.logout(request({ cookie }));
    expect(codeOf(() => auth.authenticate(request({ cookie, "sec-fetch-site": "same-origin" })))).toBe(
      "UNAUTHENTICATED",
    );
  });
});

describe("upgrades", () => {
  const path = "/api/sessions/abc/stream";
  const caller = () => auth.authenticate(request({ cookie, "sec-fetch-site": "same-origin" })).id;
  const upgrade = (ticket: string, extra: Record<string, string> = {}) =>
    request({
      cookie,
      origin: OWN,
      "sec-websocket-protocol": `${V5_SUBPROTOCOL}, ${TICKET_PREFIX}${ticket}`,
      ...extra,
    });

  it("of our page need a ticket for exactly this path, which is spent at once", () => {
    const { ticket } = auth.tickets.mint(caller(), path);
    expect(codeOf(() => auth.authenticateUpgrade(upgrade(ticket), path))).toBe("OK");
    expect(codeOf(() => auth.authenticateUpgrade(upgrade(ticket), path))).toBe("UNAUTHENTICATED");
    const other = auth.tickets.mint(caller(), path).ticket;
    expect(codeOf(() => auth.authenticateUpgrade(upgrade(other), "/api/sessions/abd/stream"))).toBe(
      "UNAUTHENTICATED",
    );
    expect(codeOf(() => auth.authenticateUpgrade(upgrade(other), path))).toBe("UNAUTHENTICATED");
  });

  it("with a ticket of another browser, or an old one, are refused", () => {
    const { ticket } = auth.tickets.mint("another-browser", path);
    expect(codeOf(() => auth.authenticateUpgrade(upgrade(ticket), path))).toBe("UNAUTHENTICATED");
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const old = auth.tickets.mint(caller(), path).ticket;
      vi.advanceTimersByTime(TICKET_LIFE_MS + 1);
      expect(codeOf(() => auth.authenticateUpgrade(upgrade(old), path))).toBe("UNAUTHENTICATED");
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
  ])("from %s are refused, with a good cookie and a good ticket", (origin) => {
    const { ticket } = auth.tickets.mint(caller(), path);
    expect(codeOf(() => auth.authenticateUpgrade(upgrade(ticket, { origin }), path))).toBe("FOREIGN");
  });

  it("without an Origin are machines', and need the bearer token", () => {
    const { ticket } = auth.tickets.mint(caller(), path);
    const headers = { cookie, "sec-websocket-protocol": `${V5_SUBPROTOCOL}, ${TICKET_PREFIX}${ticket}` };
    expect(codeOf(() => auth.authenticateUpgrade(request(headers), path))).toBe("UNAUTHENTICATED");
    expect(codeOf(() => auth.authenticateUpgrade(request({ authorization: `Bearer ${TOKEN}` }), path))).toBe(
      "OK",
    );
  });
});
