import { beforeEach, describe, expect, it, vi } from "vitest";
import { KEY_HEADER } from "#protocol/api.ts";
import { TICKET_PREFIX } from "#protocol/subprotocol.ts";
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
import type { Auth } from "./auth.ts";

let auth: Auth;
let own: string;
/** As the page of a signed-in browser sends them. */
let page: Record<string, string>;

function start(place: Place, chosen = true): void {
  ({ auth, own } = startAuth(place, chosen));
}

const asks = (headers: Record<string, string>, method?: string) =>
  codeOf(() => auth.authenticate(request(headers, method)));

describe.each(PLACES)("while somebody guesses (%s)", (where) => {
  beforeEach(() => {
    start(where);
    page = signIn(auth);
  });

  const upgrade = (headers: Record<string, string>) =>
    codeOf(() => auth.authenticateUpgrade(request(headers), PATH));
  const log = (token: string, from?: string) => codeOf(() => auth.login(token, request({}, "POST", from)));
  const withTicket = (ticket: string, sent = {}) =>
    upgrade({ ...sent, origin: own, "sec-websocket-protocol": `${TICKET_PREFIX}${ticket}` });
  const guess = (one: (guess: string) => string) => {
    const codes = Array.from({ length: 200 }, (_, index) => one(`guess-${index}`));
    expect(codes.at(-1)).toBe("TOO_MANY");
    expect(codes.filter((code) => code !== "TOO_MANY").length).toBeLessThan(15);
  };
  /** Who is signed in, and whoever comes from elsewhere, is let in whatever happens here. */
  const expectOthersIn = (ticket: string) => {
    expect(asks(page, "POST")).toBe("OK");
    expect(withTicket(ticket, withoutKey(page))).toBe("OK");
    expect(log(TOKEN, "127.0.0.2")).toBe("OK");
    expect(codeOf(() => auth.authenticate(request(bearer(TOKEN), "GET", "127.0.0.2")))).toBe("OK");
  };
  const ticketOf = () => auth.tickets.mint(auth.authenticate(request(page)).id, PATH).ticket;

  it("by logging in, the right token and a good link have to wait there, and no machine has", () => {
    const ticket = ticketOf();
    const link = new URL(auth.mintLaunchLink().url).hash.slice("#t=".length);
    guess(log);
    expect([log(TOKEN), log(link)]).toEqual(["TOO_MANY", "TOO_MANY"]);
    expect(asks(bearer(TOKEN))).toBe("OK");
    expectOthersIn(ticket);
  });

  it.each([
    ["requests", (token: string) => asks(bearer(token))],
    ["upgrades", (token: string) => upgrade(bearer(token))],
    ["both", (token: string) => (token.endsWith("1") ? asks(bearer(token)) : upgrade(bearer(token)))],
  ])("by the bearer of %s, the right one has to wait there, and no link has", (_what, one) => {
    const ticket = ticketOf();
    guess(one);
    expect([asks(bearer(TOKEN)), upgrade(bearer(TOKEN))]).toEqual(["TOO_MANY", "TOO_MANY"]);
    expect(log(TOKEN)).toBe("OK");
    expectOthersIn(ticket);
  });

  it("by a bearer, a machine goes on where the token was shown before", () => {
    expect(asks(bearer(TOKEN))).toBe("OK");
    guess((token) => asks(bearer(token)));
    expect(asks(bearer(TOKEN))).toBe("OK");
  });

  it.each([
    ["keys", (value: string) => asks({ [KEY_HEADER]: value })],
    ["tickets", (value: string) => withTicket(value)],
  ])("at %s, nobody else has to wait", (_what, one) => {
    const ticket = ticketOf();
    guess(one);
    expect([log(TOKEN), asks(bearer(TOKEN))]).toEqual(["OK", "OK"]);
    expectOthersIn(ticket);
  });

  it.each([
    ["a link", (value: string) => log(value)],
    ["a bearer", (value: string) => asks(bearer(value))],
  ])("%s that is random waits once, however long they go on who win every race", (_what, show) => {
    start(where, false);
    vi.useFakeTimers();
    try {
      let turn = 0;
      const guessOn = (ms: number) => {
        for (let passed = 0; passed < ms; passed += 20) {
          turn += 1;
          show(`guess-${turn}`);
          vi.advanceTimersByTime(20);
        }
      };
      guessOn(60_000);
      expect(show(TOKEN)).toBe("TOO_MANY");
      guessOn(4_000);
      expect(show(TOKEN)).toBe("TOO_MANY");
      guessOn(1_000);
      expect(show(TOKEN)).toBe("OK");
    } finally {
      vi.useRealTimers();
    }
  });

  it("a token that a person chose waits as long as they do", () => {
    vi.useFakeTimers();
    try {
      for (let turn = 0; turn < 3_000; turn += 1) {
        log(`guess-${turn}`);
        expect(turn < 20 || log(TOKEN) === "TOO_MANY").toBe(true);
        vi.advanceTimersByTime(20);
        log(`guess again-${turn}`);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it("a link is not spent by having to wait", () => {
    start(where, false);
    vi.useFakeTimers();
    try {
      for (let index = 0; index < 200; index += 1) codeOf(() => auth.login(`guess-${index}`, request({})));
      expect(codeOf(() => auth.login(TOKEN, request({})))).toBe("TOO_MANY");
      vi.advanceTimersByTime(5_000);
      expect(codeOf(() => auth.login(TOKEN, request({})))).toBe("OK");
    } finally {
      vi.useRealTimers();
    }
  });
});
