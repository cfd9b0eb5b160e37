import { describe, expect, it } from "vitest";
import { checkImports } from "./check-imports.mjs";
import { temporaryRepository } from "./temp-repository.ts";

function violationsOf(files: Record<string, string>): string[] {
  return checkImports(temporaryRepository(files)).violations;
}

/** Long enough not to be a crumb. */
function padded(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, code]) => [path, code + "\n".repeat(15)]));
}

describe("the import fences", () => {
  it("let a room import its own files and what the table lists", () => {
    expect(
      violationsOf(
        padded({
          "protocol/channel.ts": 'import { decodeText } from "./text.ts";\n',
          "server/session/session.ts":
            'import type { A } from "#protocol/channel.ts";\nimport { B } from "#server/stream/types.ts";\n',
          "server/main.ts":
            'import { C } from "#server/session/session.ts";\nimport { L } from "./log.ts";\n',
          "server/config.test.ts": 'import { readConfig } from "./config.ts";\n',
          "components/ui/control/button.tsx": 'import { clsx } from "clsx";\n',
          "components/workbench/page.tsx": 'import { T } from "#components/terminal/view.tsx";\n',
          "app/page.tsx": 'import { W } from "#components/workbench/page.tsx";\n',
        }),
      ),
    ).toEqual([]);
  });

  it.each([
    ["protocol/a.ts", 'import { B } from "#server/log.ts";', "protocol may not import server/log"],
    ["server/spdy/a.ts", 'import { B } from "#protocol/text.ts";', "server/spdy may not import protocol"],
    [
      "server/session/a.ts",
      'import { B } from "../forward/b.ts";',
      "leaves server/session by a relative path",
    ],
    [
      "server/stream/a.ts",
      'import { B } from "#server/session/b.ts";',
      "server/stream may not import server/session",
    ],
    [
      "server/stream/a.ts",
      'import type { B } from "#server/session/b.ts";',
      "server/stream may not import server/session",
    ],
    [
      "server/stream/a.ts",
      'export { B } from "#server/session/b.ts";',
      "server/stream may not import server/session",
    ],
    [
      "server/stream/a.ts",
      'const b = await import("#server/session/b.ts");',
      "server/stream may not import server/session",
    ],
    [
      "server/stream/a.ts",
      'import {\n  A,\n  B,\n} from "#server/session/b.ts";',
      "server/stream may not import server/session",
    ],
    ["server/demo/a.ts", 'import { B } from "#server/kube/b.ts";', "server/demo may not import server/kube"],
    [
      "server/session/a.ts",
      'import { B } from "#server/http/b.ts";',
      "server/session may not import server/http",
    ],
    [
      "server/session/a.ts",
      'import { B } from "#server/testing/b.ts";',
      "server/session may not import server/testing",
    ],
    [
      "components/terminal/a.tsx",
      'import { B } from "#components/pods/b.tsx";',
      "components/terminal may not import components/pods",
    ],
    ["components/ui/a.tsx", 'import { B } from "#protocol/b.ts";', "components/ui may not import protocol"],
    ["app/page.tsx", 'import { B } from "#protocol/b.ts";', "app may not import protocol"],
    ["server/session/a.ts", 'import { B } from "#server/session/b.ts";', "same room; write ./file"],
    ["server/session/a.ts", 'import { B } from "#nowhere/b.ts";', "no alias of package.json"],
    ["server/session/a.ts", 'import { B } from "./b";', "has no extension"],
    ["server/session/a.ts", 'import { B } from "#protocol/b";', "has no extension"],
    ["server/session/index.ts", 'export { B } from "./b.ts";', "no barrels"],
    ["server/brand-new/a.ts", "export const a = 1;", "is no room"],
  ])("refuse, in %s: %s", (path, code, message) => {
    const violations = violationsOf({ [path]: `${code}\n` });
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(path);
    expect(violations[0]).toContain(message);
  });

  it.each([
    ["server/session/a.ts", 'import { WebSocket } from "ws";'],
    ["server/demo/a.ts", 'import { WebSocket } from "ws";'],
    ["server/session/a.ts", 'const pty = await import("@lydell/node-pty");'],
    ["server/http/a.ts", 'import next from "next";'],
    ["server/http/a.ts", 'import { useState } from "react";'],
    ["server/config.ts", 'import { z } from "zod";'],
    ["components/pods/a.tsx", 'import { join } from "node:path";'],
    ["protocol/a.ts", 'import { Buffer } from "node:buffer";'],
    ["protocol/a.ts", 'import { clsx } from "clsx";'],
    ["server/spdy/a.ts", 'import { pino } from "pino";'],
  ])("refuse a package that does not belong there, in %s: %s", (path, code) => {
    expect(violationsOf({ [path]: `${code}\n` })).toHaveLength(1);
  });

  it.each([
    ["server/stream/a.ts", 'import { WebSocket } from "ws";'],
    ["server/session/a.test.ts", 'import { WebSocket } from "ws";'],
    ["server/demo/pod-servers/echo.ts", 'import { WebSocketServer } from "ws";'],
    ["server/demo/process.ts", 'const pty = await import("@lydell/node-pty");'],
    ["server/session/a.test.ts", 'import { FakeApiServer } from "#server/testing/fake.ts";'],
    ["protocol/a.test.ts", 'import fc from "fast-check";'],
    ["server/spdy/a.ts", 'import zlib from "node:zlib";'],
    ["server/config.ts", 'import * as z from "zod/mini";'],
    ["server/http/pages/development-pages.ts", 'const next = await import("next");'],
    ["server/version.ts", 'import { version } from "../package.json";'],
    ["e2e/fixtures.ts", 'import { x } from "../scripts/chromium.mjs";'],
  ])("allow, in %s: %s", (path, code) => {
    expect(violationsOf({ [path]: `${code}\n` })).toEqual([]);
  });

  it("refuses a file of more than 300 lines and reports the median", () => {
    const root = temporaryRepository({
      "protocol/long.ts": "export {};\n".repeat(301),
      "protocol/short.ts": "export {};\n".repeat(10),
      "protocol/shorter.ts": "export {};\n".repeat(5),
    });
    const { violations, medianLines, longest } = checkImports(root);
    expect(violations).toEqual([expect.stringContaining("protocol/long.ts: 301 lines")]);
    expect(medianLines).toBe(10);
    expect(longest).toBe("protocol/long.ts 301");
  });

  it("refuses more than five files under 15 lines, those of the root among them", () => {
    const crumbs = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`protocol/crumb-${at}.ts`, "export {};\n"]),
      );
    expect(violationsOf(crumbs(5))).toEqual([]);
    expect(violationsOf({ ...crumbs(5), "next.config.mjs": "export default {};\n" })).toEqual([
      expect.stringContaining("6 files have under 15 lines"),
    ]);
  });

  it("leaves packages, builds and caches alone", () => {
    expect(
      violationsOf({
        "node_modules/x/index.ts": 'import "ws";\n',
        "dist/index.mjs": 'import "ws";\n',
        ".next/types/index.ts": "export {};\n",
      }),
    ).toEqual([]);
  });
});
