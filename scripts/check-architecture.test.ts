import { describe, expect, it } from "vitest";
import { checkMaps, checkRoomTable } from "./check-architecture.mjs";
import { temporaryRepository } from "./temp-repository.ts";

const MAPS = { "README.md": "", "ARCHITECTURE.md": "", "CONTRIBUTING.md": "" };

function goneIn(readme: string, files: Record<string, string> = {}): string[] {
  return checkMaps(temporaryRepository({ ...MAPS, "README.md": readme, ...files }));
}

describe("the maps", () => {
  it("may name files, folders, package imports and links that are there", () => {
    const readme = [
      "`server/stream/types.ts`, `server/stream/`, `server/stream`, `types.ts`, `#server/stream/types.ts`,",
      "`server/stream/types.ts:12` and [the map](ARCHITECTURE.md#streams).",
    ].join("\n");
    expect(goneIn(readme, { "server/stream/types.ts": "" })).toEqual([]);
  });

  it.each([
    ["`server/stream/gone.ts`"],
    ["`server/gone/`"],
    ["`gone.ts`"],
    ["`#server/stream/gone.ts`"],
    ["`scripts/gone.mjs`"],
    ["[the guide](docs/guide.md)"],
  ])("may not name what is gone: %s", (text) => {
    expect(goneIn(`first line\n${text}\n`)).toEqual([
      expect.stringMatching(/^README\.md:2: .*does not exist$/),
    ]);
  });

  it("are taken for what they are: endpoints, flags, globs, commands, builds and URLs are no paths", () => {
    const text = [
      "`/api/sessions`, `--port`, `server/*/errors.ts`, `npm run check`, `dist/server.mjs`, `v5.channel.k8s.io`,",
      "`pods/exec`, `application/json`, [a page](https://example.com/gone.md), [below](#below)",
      "```",
      "`server/gone.ts` inside a block",
      "```",
    ].join("\n");
    expect(goneIn(text)).toEqual([]);
  });

  it("must all be there", () => {
    const root = temporaryRepository({ "README.md": "", "CONTRIBUTING.md": "" });
    expect(checkMaps(root)).toEqual(["ARCHITECTURE.md: the file itself is missing"]);
  });
});

describe("the table of rooms", () => {
  const TABLE = [
    "| room | purpose | may import |",
    "|---|---|---|",
    "| `protocol/` | shapes | nothing of ours |",
    "| `server/log.ts`, `server/state/` | leaves | nothing of ours |",
    "| `server/kube/` | how to reach an API server | protocol, log, state |",
  ].join("\n");
  const rules = {
    protocol: [],
    "server/log": [],
    "server/state": [],
    "server/kube": ["protocol", "server/state", "server/log"],
  };

  it("says what the rules say", () => {
    expect(checkRoomTable(TABLE, rules)).toEqual([]);
  });

  it("lacks no room, names no other, and opens no other door", () => {
    expect(checkRoomTable(TABLE, { ...rules, "server/new": [] })).toEqual([
      "ARCHITECTURE.md: the table of rooms lacks server/new",
    ]);
    expect(checkRoomTable(TABLE, { ...rules, "server/kube": ["protocol"] })).toEqual([
      "ARCHITECTURE.md: server/kube may import protocol, the table says log, protocol, state",
    ]);
    const { "server/log": _gone, ...fewer } = rules;
    expect(checkRoomTable(TABLE, fewer)).toEqual([
      "ARCHITECTURE.md: server/log is no room of scripts/import-rules.mjs",
    ]);
  });
});
