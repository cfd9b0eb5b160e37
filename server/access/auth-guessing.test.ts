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
  const guesses = {
    "by logging in": (guess: string) => auth.login(guess, request({})),
    "by a bearer token": (guess: string) => auth.authenticate(request(bearer(guess))),
    "by a bearer token of an upgrade": (guess: string) =>
      auth.authenticateUpgrade(request(bearer(guess)), PATH),
    "by a key": (guess: string) => auth.authenticate(request({ [KEY_HEADER]: guess })),
    "by a ticket": (guess: string) =>
      auth.authenticateUpgrade(
        request({ origin: own, "sec-websocket-protocol": `${TICKET_PREFIX}${guess}` }),
        PATH,
      ),
  };

  it.each(Object.entries(guesses))(
    "%s, the right token has to wait there, and nobody signed in has, nor anyone elsewhere",
    (_by, guess) => {
      const { ticket } = auth.tickets.mint(auth.authenticate(request(page)).id, PATH);
      const codes = Array.from({ length: 200 }, (_, index) => codeOf(() => guess(`guess-${index}`)));
      expect(codes.at(-1)).toBe("TOO_MANY");
      expect(codes.filter((code) => code !== "TOO_MANY").length).toBeLessThan(10);
      expect(codeOf(() => auth.login(TOKEN, request({})))).toBe("TOO_MANY");
      expect(asks(bearer(TOKEN))).toBe("TOO_MANY");
      expect(codeOf(() => auth.authenticateUpgrade(request(bearer(TOKEN)), PATH))).toBe("TOO_MANY");

      expect(asks(page, "POST")).toBe("OK");
      const socket = {
        ...withoutKey(page),
        origin: own,
        "sec-websocket-protocol": `${TICKET_PREFIX}${ticket}`,
      };
      expect(codeOf(() => auth.authenticateUpgrade(request(socket), PATH))).toBe("OK");
      expect(codeOf(() => auth.login(TOKEN, request({}, "POST", "127.0.0.2")))).toBe("OK");
      expect(codeOf(() => auth.authenticate(request(bearer(TOKEN), "GET", "127.0.0.2")))).toBe("OK");
    },
  );

  it("a machine goes on where the token was shown before, and a login waits there all the same", () => {
    expect(asks(bearer(TOKEN))).toBe("OK");
    for (let index = 0; index < 200; index += 1) asks(bearer(`guess-${index}`));
    expect(asks(bearer(TOKEN))).toBe("OK");
    expect(codeOf(() => auth.login(TOKEN, request({})))).toBe("TOO_MANY");
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
