/** A browser whose cookies are larger than a head may be (threats.md A8), through the whole server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Edge } from "./edge.fixture.ts";

let edge: Edge;
beforeAll(async () => {
  edge = await Edge.start();
});
afterAll(() => edge.close());

/** What a sibling's page can set for a year: 8 cookies of 3.9 KB, or as many as browsers keep. */
const cookies = (count: number) =>
  `Cookie: ${Array.from({ length: count }, (_none, index) => `junk${index}=${"x".repeat(3_900)}`).join("; ")}\n`;
const PAGE = "Accept: text/html\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document\n";
const clear = (host: string, more: string) =>
  `POST /.porthole/clear-cookies HTTP/1.1\nHost: ${host}\nContent-Length: 0\nConnection: close\n${PAGE}${more}\n`;

describe("at a preview", () => {
  const hostOf = () => `p-aaaaaaaaaaaa.localhost:${edge.port}`;

  it.each([8, 180])("shows a page with one button for %d cookies", async (count) => {
    const { line, all } = await edge.raw(edge.get("/", hostOf(), PAGE + cookies(count)));
    expect(line).toContain(" 431 ");
    expect(all).toContain(
      '<form method="post" action="/.porthole/clear-cookies"><button>Clear the cookies</button>',
    );
    expect(all).toMatch(/form-action 'self'/);
    expect(all).toMatch(/frame-ancestors 'none'/);
    expect(all).not.toMatch(/^clear-site-data/im);
  });

  it("clears them for the page's own button, whose request brings them too", async () => {
    const { line, all } = await edge.raw(clear(hostOf(), `Sec-Fetch-Site: same-origin\n${cookies(8)}`));
    expect(line).toContain(" 200 ");
    expect(all).toMatch(/^Clear-Site-Data: "cookies"\r$/m);
  });

  it("clears them for an old browser that names its origin", async () => {
    const { all } = await edge.raw(clear(hostOf(), `Origin: http://${hostOf()}\n${cookies(8)}`));
    expect(all).toMatch(/^Clear-Site-Data: "cookies"\r$/m);
  });

  it.each([
    ["another site's page", "Sec-Fetch-Site: cross-site\n", 8],
    ["a sibling's", "Sec-Fetch-Site: same-site\n", 8],
    ["nobody who says so", "", 8],
    ["another origin", "Origin: http://evil.test\n", 8],
    ["no origin that can be read", "Origin: null\n", 8],
    ["a page whose cookies have room", "Sec-Fetch-Site: same-origin\n", 1],
  ])("clears nothing for %s", async (_who, more, count) => {
    const { line, all } = await edge.raw(clear(hostOf(), more + cookies(count)));
    expect(line).toMatch(/ (401|403|404|405|431) /);
    expect(all).not.toMatch(/^clear-site-data/im);
  });

  it("says it in a Status to whoever shows no page", async () => {
    const { line, all } = await edge.raw(edge.get("/api/session", hostOf(), cookies(8)));
    expect(line).toContain(" 431 ");
    expect(all).toContain('"kind":"Status"');
  });
});

it("reads none of the app's on loopback, so none is too large", async () => {
  const { line } = await edge.raw(edge.get("/api/session", undefined, PAGE + cookies(180)));
  expect(line).toContain(" 401 ");
});

it("takes no other large header for cookies", async () => {
  const { all } = await edge.raw(edge.get("/", undefined, `${PAGE}X-Junk: ${"x".repeat(20_000)}\n`));
  expect(all).toContain('"kind":"Status"');
});

it("shows no page for a host that is not ours", async () => {
  const { line } = await edge.raw(edge.get("/", "evil.test", PAGE + cookies(8)));
  expect(line).toContain(" 421 ");
});
