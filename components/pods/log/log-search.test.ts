import { describe, expect, it } from "vitest";
import { findMatches, MAX_MATCHES, markMatches } from "./log-search.ts";

const lines = (...texts: string[]) => texts.map((text, id) => ({ id, time: "", text }));

describe("findMatches", () => {
  it("finds letters in both cases, several in a line, none in an empty text", () => {
    expect(findMatches(lines("Error: error", "fine", "ERROR"), "error")).toEqual([
      { line: 0, at: 0 },
      { line: 0, at: 7 },
      { line: 2, at: 0 },
    ]);
    expect(findMatches(lines("a"), "")).toEqual([]);
  });

  it("counts so many and no more", () => {
    expect(findMatches(lines("a".repeat(MAX_MATCHES * 2)), "a")).toHaveLength(MAX_MATCHES);
  });
});

describe("markMatches", () => {
  it("cuts spans where matches begin and end, over their borders", () => {
    const spans = [{ text: "one tw", colour: "--bad" }, { text: "o two" }];
    expect(markMatches(spans, [4, 8], 3)).toEqual([
      { text: "one ", colour: "--bad" },
      { text: "tw", colour: "--bad", match: 4 },
      { text: "o", match: 4 },
      { text: " " },
      { text: "two", match: 8 },
    ]);
  });
});
