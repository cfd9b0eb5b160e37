import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTally, sum, summary } from "./tally.mjs";
import { temporaryRepository } from "./temp-repository.ts";

const ENDED_WELL = { ok: true, outcome: "ended with status 0" };
const ENDED_BADLY = { ok: false, outcome: "was stopped after 480 s" };

function tallyFile(content: string): string {
  const file = join(temporaryRepository({}), "tally.json");
  writeFileSync(file, content);
  return file;
}

describe("readTally", () => {
  it("passes on what the runner counted", () => {
    const tally = { passed: 3, failures: ["a"], skipped: [] };
    expect(readTally("vitest", tallyFile(JSON.stringify(tally)), ENDED_BADLY)).toEqual(tally);
  });

  it.each([
    ["left no result", "not JSON", ENDED_BADLY, "vitest was stopped after 480 s and left no result"],
    ["ran nothing", '{"passed":0,"failures":[],"skipped":[]}', ENDED_WELL, "vitest ran no test"],
    [
      "failed without a failed test",
      '{"passed":5,"failures":[],"skipped":[]}',
      ENDED_BADLY,
      "vitest was stopped after 480 s",
    ],
  ])("counts a runner that %s as a failure", (_what, content, end, failure) => {
    expect(readTally("vitest", tallyFile(content), end).failures).toEqual([failure]);
  });
});

describe("summary", () => {
  it("names failures and skips with their reasons and ends with the true sums", () => {
    const total = sum([
      { passed: 2, failures: ["x breaks"], skipped: [] },
      { passed: 3, failures: [], skipped: [{ name: "y runs", reason: "no bubblewrap here" }] },
    ]);
    expect(summary(total)).toEqual([
      "failed: x breaks",
      "skipped: y runs (no bubblewrap here)",
      "1 skipped",
      "5 passed, 1 failed",
    ]);
  });

  it("gathers many skips of one file and one reason into a line", () => {
    const skipped = [1, 2, 3, 4].map((n) => ({ name: `a.test.ts: number ${n}`, reason: "no kubectl" }));
    expect(summary({ passed: 1, failures: [], skipped })).toEqual([
      "skipped: a.test.ts: number 1 and 3 more of this file (no kubectl)",
      "4 skipped",
      "1 passed, 0 failed",
    ]);
  });
});
