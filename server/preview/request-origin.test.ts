import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { isOwnUpgrade, type Origin, originOf } from "./request-origin.ts";

const OWN = "https://p-aaaaaaaaaaaa.preview.test";
const SIBLING = "https://p-bbbbbbbbbbbb.preview.test";
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64)";

type Headers = Record<string, string>;
const asked = (headers: Headers, method = "GET") => ({ headers, method }) as unknown as IncomingMessage;
const fetched = (site: string, mode: string, dest: string, more: Headers = {}): Headers => ({
  ...{ "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest, "user-agent": BROWSER },
  ...more,
});

describe("originOf", () => {
  /** What a page can make a browser send, as mode and destination. */
  const CAUSES: [what: string, mode: string, dest: string, method?: string][] = [
    ["a script", "no-cors", "script"],
    ["a module", "cors", "script"],
    ["an image", "no-cors", "image"],
    ["a stylesheet or an import in one", "no-cors", "style"],
    ["a font", "cors", "font"],
    ["audio", "no-cors", "audio"],
    ["video", "no-cors", "video"],
    ["a manifest", "cors", "manifest"],
    ["a frame", "navigate", "iframe"],
    ["a fenced frame", "navigate", "fencedframe"],
    ["an object", "navigate", "object"],
    ["an embed", "no-cors", "embed"],
    ["a fetch without CORS, a prefetch", "no-cors", "empty"],
    ["a fetch with CORS, an event source", "cors", "empty"],
    ["a beacon or a fetch without CORS", "no-cors", "empty", "POST"],
    ["a form", "navigate", "document", "POST"],
    ["a form in a frame", "navigate", "iframe", "POST"],
    ["a worker's import", "no-cors", "script"],
    ["a worker", "same-origin", "worker"],
    ["a socket", "websocket", "websocket"],
    ["something of tomorrow", "navigate", "hologram"],
  ];

  it.each(CAUSES)(
    "takes %s (%s, %s) for foreign unless it is of the own origin",
    (_what, mode, dest, method) => {
      for (const site of ["same-site", "cross-site", "same-origin, cross-site", "", "Same-Origin"])
        expect(originOf(asked(fetched(site, mode, dest), method), OWN)).toBe("foreign");
      for (const site of ["same-origin", "none"])
        expect(originOf(asked(fetched(site, mode, dest, { origin: "null" }), method), OWN)).toBe("own");
    },
  );

  it.each(["same-site", "cross-site"])(
    "lets a person go there from a %s page: a link, a sign-on's return",
    (site) => {
      const more = { referer: "https://chat.test/", "sec-fetch-user": "?1" };
      expect(originOf(asked(fetched(site, "navigate", "document", more)), OWN)).toBe("own");
      expect(originOf(asked(fetched(site, "navigate", "document"), "HEAD"), OWN)).toBe("own");
    },
  );

  it.each<Headers>([
    { "sec-purpose": "prefetch" },
    { "sec-purpose": "prefetch;prerender" },
    { purpose: "prefetch" },
  ])("does not take an answer that is fetched ahead (%j) for going there", (more) => {
    expect(originOf(asked(fetched("same-site", "navigate", "document", more)), OWN)).toBe("foreign");
    expect(originOf(asked(fetched("same-origin", "navigate", "document", more)), OWN)).toBe("own");
  });

  describe("without Sec-Fetch", () => {
    it.each<[Headers, string, Origin]>([
      // A browser from before 2023, or over plain HTTP.
      [{ origin: OWN }, "POST", "own"],
      [{ referer: `${OWN}/a` }, "GET", "own"],
      [{ referer: `${OWN}/a` }, "POST", "own"],
      [{ origin: SIBLING, referer: `${OWN}/a` }, "POST", "foreign"],
      [{ origin: SIBLING }, "GET", "foreign"],
      [{ origin: "null" }, "POST", "foreign"],
      [{ referer: `${SIBLING}/` }, "GET", "unproven"],
      [{ referer: `${OWN}.evil.test/` }, "GET", "unproven"],
      [{}, "GET", "unproven"],
      [{}, "POST", "foreign"],
      [{ referer: `${SIBLING}/` }, "POST", "foreign"],
      [{ "service-worker": "script" }, "GET", "own"],
    ])("takes %j of a browser by %s for %s", (headers, method, expected) => {
      expect(originOf(asked({ "user-agent": BROWSER, ...headers }, method), OWN)).toBe(expected);
    });

    it.each<[Headers, string, Origin]>([
      [{}, "GET", "own"],
      [{}, "POST", "own"],
      [{ "user-agent": "curl/8.5.0" }, "DELETE", "own"],
      [{ origin: OWN }, "POST", "own"],
      [{ origin: SIBLING }, "GET", "foreign"],
      [{ referer: `${SIBLING}/` }, "GET", "foreign"],
    ])("takes %j of a program by %s for %s", (headers, method, expected) => {
      expect(originOf(asked(headers, method), OWN)).toBe(expected);
    });
  });
});

describe("isOwnUpgrade", () => {
  it.each<[Headers, boolean]>([
    [{ origin: OWN }, true],
    [fetched("same-origin", "websocket", "websocket", { origin: OWN }), true],
    [{ origin: SIBLING }, false],
    [{ origin: "null" }, false],
    [{}, false],
    [fetched("same-site", "websocket", "websocket", { origin: OWN }), false],
  ])("%j: %s", (headers, expected) => {
    expect(isOwnUpgrade(asked(headers), OWN)).toBe(expected);
  });
});
