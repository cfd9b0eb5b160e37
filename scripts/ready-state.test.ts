import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  buildIsReady,
  markBuildReady,
  markPackagesReady,
  packagesAreReady,
  sourcesStamp,
} from "./ready-state.mjs";
import { temporaryRepository } from "./temp-repository.ts";

const LOCK = JSON.stringify({
  packages: {
    "": { name: "porthole" },
    "node_modules/ws": { version: "8.0.0" },
    "node_modules/only-on-mac": { version: "1.0.0", optional: true },
  },
});

function installed(version: string): string {
  return JSON.stringify({ packages: { "node_modules/ws": { version } } });
}

describe("packagesAreReady", () => {
  it("is false without node_modules and true once they are marked", () => {
    const root = temporaryRepository({ "package-lock.json": LOCK });
    expect(packagesAreReady(root)).toBe(false);
    const marked = temporaryRepository({ "package-lock.json": LOCK, "node_modules/ws/package.json": "{}" });
    markPackagesReady(marked);
    expect(packagesAreReady(marked)).toBe(true);
  });

  it("is false when the lock file has changed since", () => {
    const root = temporaryRepository({ "package-lock.json": LOCK, "node_modules/ws/package.json": "{}" });
    markPackagesReady(root);
    writeFileSync(join(root, "package-lock.json"), LOCK.replace("8.0.0", "8.0.1"));
    expect(packagesAreReady(root)).toBe(false);
  });

  it("knows packages that a person installed with npm, whatever the platform leaves out", () => {
    const root = temporaryRepository({
      "package-lock.json": LOCK,
      "node_modules/.package-lock.json": installed("8.0.0"),
    });
    expect(packagesAreReady(root)).toBe(true);
    writeFileSync(join(root, "node_modules/.package-lock.json"), installed("7.9.0"));
    expect(packagesAreReady(root)).toBe(false);
  });
});

describe("buildIsReady", () => {
  const built = {
    "dist/server.mjs": "",
    "dist/demo.mjs": "",
    "dist/web/index.html": "",
    "server/main.ts": "one",
  };

  it.each(["dist/server.mjs", "dist/demo.mjs", "dist/web/index.html"])(
    "is true for what was just built, and false without %s",
    (output) => {
      const root = temporaryRepository(built);
      expect(buildIsReady(root)).toBe(false);
      markBuildReady(join(root, "dist"), sourcesStamp(root));
      expect(buildIsReady(root)).toBe(true);
      rmSync(join(root, output));
      expect(buildIsReady(root)).toBe(false);
    },
  );

  it.each([
    ["is edited", (root: string) => writeFileSync(join(root, "server/main.ts"), "two, longer")],
    ["is touched", (root: string) => utimesSync(join(root, "server/main.ts"), new Date(0), new Date(0))],
    ["is added", (root: string) => writeFileSync(join(root, "server/new.ts"), "")],
    ["is removed", (root: string) => rmSync(join(root, "server/main.ts"))],
  ])("is false once a source %s", (_what, change) => {
    const root = temporaryRepository(built);
    markBuildReady(join(root, "dist"), sourcesStamp(root));
    change(root);
    expect(buildIsReady(root)).toBe(false);
  });

  it("stays true when a test changes", () => {
    const root = temporaryRepository(built);
    markBuildReady(join(root, "dist"), sourcesStamp(root));
    writeFileSync(join(root, "server/main.test.ts"), "");
    expect(buildIsReady(root)).toBe(true);
  });
});
