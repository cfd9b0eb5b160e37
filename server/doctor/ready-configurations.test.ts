import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CONFIGURATIONS } from "./ready-configurations.ts";

const PAGE = readFileSync(join(import.meta.dirname, "..", "..", "docs", "proxies.md"), "utf8");

describe("what the doctor points to", () => {
  it.each(Object.values(CONFIGURATIONS))("is a heading of docs/proxies.md: %s", (heading) => {
    expect(PAGE.split("\n").filter((line) => line.replace(/^#+ /, "") === heading)).toHaveLength(1);
  });
});
