import { describe, expect, it } from "vitest";
import { previewsForTests } from "./previews-for-tests.fixture.ts";
import { workerGuard } from "./worker-guard.ts";
import { GuardedScript } from "./worker-script.ts";

const OWN = "https://p-aaaaaaaaaaaa.example.net";
const STRICT = workerGuard(OWN, true);
const LOOSE = workerGuard(OWN, false);

function guarded(text: string, pieceBytes: number): string {
  const script = new GuardedScript(OWN);
  const bytes = Buffer.from(text);
  let out = "";
  for (let at = 0; at < bytes.byteLength; at += pieceBytes)
    out += script.push(bytes.subarray(at, at + pieceBytes))?.toString() ?? "";
  return out + (script.end()?.toString() ?? "");
}

describe("GuardedScript", () => {
  it.each<[string, string]>([
    ["self.onfetch = null;", LOOSE],
    ["", LOOSE],
    ['"use strict"; x();', STRICT],
    ["'use strict'\nx()", STRICT],
    ['\ufeff\r\n\t /* licence \' " */ // more\n/**/"use strict"', STRICT],
    ["/* 'use strict' */ x()", LOOSE],
    ["/* never closed 'use strict'", LOOSE],
    ["// one line 'use strict'", LOOSE],
    ["'use strictly'", LOOSE],
    ["\"use strict'", LOOSE],
    ["x(); 'use strict'", LOOSE],
    [`/*${"*".repeat(15_000)}*/"use strict"`, STRICT],
    [`/*${"*".repeat(20_000)}*/"use strict"`, LOOSE],
    [`${"/**/".repeat(4_000)}"use strict"`, STRICT],
  ])("puts the guard before %j, in whatever pieces it comes", (text, guard) => {
    for (const pieceBytes of [1, 2, 3, 7, 1_000, 100_000])
      expect(guarded(text, pieceBytes) === guard + text, `in pieces of ${pieceBytes}`).toBe(true);
  });

  it("stays on the first line, so that lines of errors are the program's", () => {
    expect(LOOSE).not.toMatch(/[\r\n]/);
    expect(LOOSE).toContain(`"${OWN}/.porthole"`);
  });
});

describe("a service worker's script through a forward (A38)", () => {
  const { serve } = previewsForTests();
  const ASKS = {
    "service-worker": "script",
    "sec-fetch-site": "same-origin",
    "sec-fetch-dest": "serviceworker",
  };
  const SCRIPT = "self.addEventListener('fetch', () => {});";

  it("comes guarded, whole, unencoded, and is kept by no cache", async () => {
    const { program, preview } = await serve((_request, response) => {
      response.writeHead(200, {
        ...{
          "content-type": "text/javascript; charset=utf-16le",
          "content-length": SCRIPT.length,
          etag: '"1"',
        },
        ...{ "last-modified": "Mon, 30 Nov 2026 00:00:00 GMT", "cache-control": "max-age=99999, immutable" },
        ...{ "service-worker-allowed": "/", "accept-ranges": "bytes", "content-digest": "sha-256=:x:" },
      });
      response.end(SCRIPT);
    });
    const conditions = { "if-none-match": '"1"', "if-modified-since": "Mon, 30 Nov 2026 00:00:00 GMT" };
    const more = { range: "bytes=5-", "if-range": '"1"', "accept-encoding": "gzip, br, dcb" };
    const answer = await preview.ask("/sw.js", { headers: { ...ASKS, ...conditions, ...more } });
    expect(answer.body).toBe(workerGuard(preview.origin, false) + SCRIPT);
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "service-worker-allowed": "/" });
    expect(answer.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    for (const name of ["content-length", "etag", "last-modified", "accept-ranges", "content-digest"])
      expect(answer.headers[name]).toBeUndefined();
    const seen = program.requests[0]?.headers ?? {};
    expect(seen).toMatchObject({ "service-worker": "script", "accept-encoding": "identity" });
    for (const name of ["if-none-match", "if-modified-since", "range", "if-range"])
      expect(seen[name]).toBeUndefined();
  });

  it.each<Record<string, string>>([
    { "service-worker": "script" },
    { "sec-fetch-dest": "serviceworker", "sec-fetch-site": "same-origin" },
  ])("is known by either header (%j), as a proxy may drop one", async (headers) => {
    const { preview } = await serve((_request, response) => response.end(SCRIPT));
    const { body } = await preview.ask("/sw.js", { headers });
    expect(body).toBe(workerGuard(preview.origin, false) + SCRIPT);
    expect((await preview.ask("/.porthole/enter", { headers })).status).toBe(403);
  });

  it("is another answer than an ordinary request's, to every cache", async () => {
    const { preview } = await serve((_request, response) => {
      response.writeHead(200, {
        "content-type": "text/javascript",
        vary: "Origin",
        "cache-control": "max-age=9",
      });
      response.end(SCRIPT);
    });
    const answer = await preview.ask("/sw.js");
    expect(answer.body).toBe(SCRIPT);
    expect(answer.headers.vary).toBe("Origin, Service-Worker");
    expect(answer.headers["cache-control"]).toBe("max-age=9");
  });

  it.each<[string, number, Record<string, string>]>([
    ["gzip", 200, { "content-encoding": "gzip" }],
    ["a dictionary", 200, { "content-encoding": "dcb" }],
    ["two encodings", 200, { "content-encoding": "identity, br" }],
    ["not modified", 304, {}],
  ])("is refused as %s", async (_what, status, headers) => {
    const { preview } = await serve((_request, response) => response.writeHead(status, headers).end());
    expect((await preview.ask("/sw.js", { headers: ASKS })).status).toBe(502);
  });

  it.each([201, 203, 206, 299])("is guarded with status %d too, which browsers take", async (status) => {
    const { preview } = await serve((_request, response) => response.writeHead(status).end(SCRIPT));
    const { body } = await preview.ask("/sw.js", { headers: ASKS });
    expect(body).toBe(workerGuard(preview.origin, false) + SCRIPT);
  });

  it("passes a refusal on as it is", async () => {
    const { preview } = await serve((_request, response) => response.writeHead(404).end("none"));
    const answer = await preview.ask("/sw.js", { headers: ASKS });
    expect([answer.status, answer.body]).toEqual([404, "none"]);
  });

  it("is no path of Porthole's own", async () => {
    const { program, preview } = await serve((_request, response) => response.end());
    for (const path of ["/.porthole/enter", "/.porthole/sw.js", "/.porthole"])
      expect((await preview.ask(path, { headers: ASKS })).status).toBe(403);
    expect(program.requests).toHaveLength(0);
  });
});
