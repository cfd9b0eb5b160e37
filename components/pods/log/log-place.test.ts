import { describe, expect, it } from "vitest";
import type { NewLine } from "./log-line.ts";
import { linesAfter, linesAfterEnd, linesBefore, PlaceFinder } from "./log-place.ts";

/** "1 a" is the text a, stamped at second 1. */
const lines = (...words: string[]): NewLine[] =>
  words.map((word) => {
    const [second = "", text = ""] = word.split(" ");
    return { time: `2026-11-20T10:00:${second.padStart(2, "0")}Z`, text };
  });

describe("a place in a log", () => {
  it("is found behind what was not read, and in pieces", () => {
    const finder = new PlaceFinder(lines("3 c", "4 d"));
    expect(finder.take(lines("1 a", "2 b", "3 c"))).toEqual([]);
    expect(finder.found).toBe(false);
    expect(finder.take(lines("4 d", "5 e"))).toEqual(lines("5 e"));
    expect(finder.take(lines("4 d"))).toEqual(lines("4 d"));
  });

  it("is a sequence: its beginning may come twice", () => {
    const known = lines("1 x", "1 x", "1 y");
    expect(linesAfter(known, lines("1 x", "1 x", "1 x", "1 y", "1 x"))).toEqual(lines("1 x"));
    expect(linesAfter(known, lines("1 x", "1 y", "1 x", "1 x"))).toBeNull();
  });

  it("is told by the instant and not by how it is written, to the nanosecond", () => {
    const known = [{ time: "2026-11-20T18:00:01.000000001+08:00", text: "a" }];
    expect(linesAfter(known, [{ time: "2026-11-20T10:00:01.000000001Z", text: "a" }])).toEqual([]);
    expect(linesAfter(known, [{ time: "2026-11-20T04:00:01.000000001-06:00", text: "a" }])).toEqual([]);
    expect(linesAfter(known, [{ time: "2026-11-20T10:00:01.000000002Z", text: "a" }])).toBeNull();
  });

  it("is where the answer begins when the log was rotated within the known lines", () => {
    const known = lines("1 a", "2 b", "3 c");
    expect(linesAfter(known, lines("3 c", "4 d"))).toBeNull();
    expect(linesAfterEnd(known, lines("2 b", "3 c", "4 d"))).toEqual(lines("4 d"));
    expect(linesAfterEnd(known, lines("9 z"))).toBeNull();
  });

  it("has earlier lines before it", () => {
    expect(linesBefore(lines("3 c", "4 d"), lines("1 a", "2 b", "3 c", "4 d", "5 e"))).toEqual(
      lines("1 a", "2 b"),
    );
  });

  it("is the beginning when nothing is known", () => {
    expect(linesAfter([], lines("1 a"))).toEqual(lines("1 a"));
  });
});
