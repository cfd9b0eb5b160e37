/** Paths in another spelling (threats.md A9, A12), asked of the whole server: what a proxy in front may rely on. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PODS, SPELLINGS } from "#server/http/path-spellings.fixture.ts";
import { Edge, EXEC } from "./edge.fixture.ts";

let edge: Edge;

beforeAll(async () => {
  edge = await Edge.start();
});

afterAll(() => edge.close());

const bearer = () => `Authorization: Bearer ${edge.token}\n`;
/** The parser ends the request line there. */
const SENDABLE = SPELLINGS.filter((path) => path !== "" && !/[\n\r]/.test(path));

describe("a path that is not in its normal form", () => {
  it.each(SENDABLE)("is refused to who may everything: %j", async (path) => {
    const answers = [
      await edge.raw(edge.get(path, undefined, bearer())),
      await edge.raw(edge.upgradeTo(path, edge.machine)),
      await edge.raw(edge.upgradeTo(`${path}/shell/exec?container=main&command=id`, edge.machine)),
    ];
    for (const { line, all } of answers) {
      // A question mark ends a path, so what follows it is no part of it.
      expect(line).toMatch(path.includes("?") ? / (400|403|404) / : / 400 /);
      expect(JSON.parse(all.slice(all.indexOf("\r\n\r\n")))).toMatchObject({ kind: "Status" });
    }
  });

  it.each(["#", "#x", "?a#b", "?a=\x7f", "?a=\xa0", "?a=ä", "?a b"])(
    "nor is a query with what no client sends: %j",
    async (rest) => {
      const { line } = await edge.raw(edge.get(`/clusters/demo/${PODS}${rest}`, undefined, bearer()));
      expect(line).toContain(" 400 ");
      expect((await edge.raw(edge.upgradeTo(EXEC + rest, edge.machine))).line).toContain(" 400 ");
    },
  );

  it("is not that of what is served", async () => {
    for (const path of [
      `/clusters/demo/${PODS}`,
      `/clusters/demo/${PODS}?limit=1&x=%2F..%2f`,
      "/healthz?//..",
    ])
      expect((await edge.raw(edge.get(path, undefined, bearer()))).line).toContain(" 200 ");
    expect((await edge.raw(edge.upgradeTo(EXEC, edge.machine))).line).toContain(" 101 ");
  });
});
