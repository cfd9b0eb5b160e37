import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineMatches, MAX_MATCHES, patternOf, type SearchQuery, type SearchRow } from "./line-matches.ts";

const query = (text: string, more: Partial<SearchQuery> = {}): SearchQuery => ({
  text,
  caseSensitive: false,
  regex: false,
  ...more,
});
/** One string for each line, cut into rows of ten. */
const rowsOf = (...lines: string[]): SearchRow[] =>
  lines.flatMap((line) =>
    (line.match(/.{1,10}/g) ?? [""]).map((text, index) => ({ text, wrapped: index > 0 })),
  );

describe("lineMatches", () => {
  it("finds what a line's wrap cut in two, and nothing across lines", () => {
    expect(lineMatches(rowsOf("12345678needle9", "nee", "dle"), query("needle")).matches).toEqual([
      { row: 0, offset: 8, length: 6 },
    ]);
  });

  it("takes text as it is, and expressions when asked", () => {
    const rows = rowsOf("a.c", "abc", "A.C");
    const found = (one: SearchQuery) => lineMatches(rows, one).matches.map(({ row }) => row);
    expect(found(query("a.c"))).toEqual([0, 2]);
    expect(found(query("a.c", { caseSensitive: true }))).toEqual([0]);
    expect(found(query("a.c", { regex: true }))).toEqual([0, 1, 2]);
    expect(found(query("x*", { regex: true }))).toEqual([]);
    expect(() => patternOf(query("(", { regex: true }))).toThrow(SyntaxError);
  });

  it("keeps the newest, and says that there are more", () => {
    const rows = rowsOf(...Array.from({ length: MAX_MATCHES + 5 }, () => "x"));
    const { matches, more } = lineMatches(rows, query("x"));
    expect([matches.length, matches[0]?.row, matches.at(-1)?.row, more]).toEqual([
      MAX_MATCHES,
      5,
      MAX_MATCHES + 4,
      true,
    ]);
    expect(lineMatches(rows.slice(5), query("x")).more).toBe(false);
  });

  it("keeps the newest of one endless line", () => {
    const line = "x".repeat(50_000);
    const { matches, more } = lineMatches(rowsOf(line), query("x"));
    expect([matches.length, matches.at(-1), more]).toEqual([
      MAX_MATCHES,
      { row: 4_999, offset: 9, length: 1 },
      true,
    ]);
  });

  it("finds every place that indexOf finds", () => {
    const letters = fc.array(fc.constantFrom("a", "b"), { maxLength: 60 }).map((all) => all.join(""));
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 8 }),
        fc.constantFrom("a", "ab", "ba", "aab"),
        (lines, text) => {
          const rows = rowsOf(...lines);
          const places = lineMatches(rows, query(text)).matches.map(({ row, offset }) => [row, offset]);
          const expected: number[][] = [];
          let first = 0;
          for (const line of lines) {
            for (let at = line.indexOf(text); at >= 0; at = line.indexOf(text, at + text.length)) {
              expected.push([first + Math.floor(at / 10), at % 10]);
            }
            first += Math.max(1, Math.ceil(line.length / 10));
          }
          expect(places).toEqual(expected);
        },
      ),
    );
  });
});
