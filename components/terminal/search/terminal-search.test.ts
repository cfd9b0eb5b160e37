// @vitest-environment happy-dom
import { Terminal } from "@xterm/xterm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { unicode11 } from "../screen/unicode-widths.ts";
import { lineMatches } from "./line-matches.ts";
import type { Finder } from "./search-finder.ts";
import { type SearchResult, TerminalSearch } from "./terminal-search.ts";

/** The worker's part, at once. */
const AT_ONCE: Finder = { find: async (rows, query) => lineMatches(rows, query), dispose: () => {} };
const COLS = 20;

let terminal: Terminal;
let search: TerminalSearch;
let results: (SearchResult | null)[];

const write = (text: string) => new Promise<void>((done) => terminal.write(text, done));
const query = (text: string) => ({ text, caseSensitive: false, regex: false });
const found = async (index: number, count: number) =>
  vi.waitFor(() => expect(results.at(-1)).toEqual({ kind: "found", index, count, more: false }));

function start(finder = AT_ONCE): void {
  search = new TerminalSearch(terminal, finder);
  search.listen((result) => results.push(result));
}

beforeEach(() => {
  results = [];
  terminal = new Terminal({ allowProposedApi: true, cols: COLS, rows: 5, scrollback: 50 });
  terminal.unicode.register(unicode11);
  terminal.unicode.activeVersion = "11";
  terminal.open(document.createElement("div"));
});
afterEach(() => {
  search.dispose();
  terminal.dispose();
});

describe("TerminalSearch", () => {
  it("selects the newest match, and steps around the end", async () => {
    await write("one needle\r\ntwo\r\nthree needle");
    start();
    search.search(query("NEEDLE"));
    await found(1, 2);
    expect(terminal.getSelectionPosition()).toEqual({ start: { x: 6, y: 2 }, end: { x: 12, y: 2 } });
    search.move(1);
    await found(0, 2);
    expect(terminal.getSelection()).toBe("needle");
    expect(terminal.getSelectionPosition()?.start).toEqual({ x: 4, y: 0 });
  });

  it("selects cells, not letters: wide characters, a line that is wrapped, one that had no room at the edge", async () => {
    await write(`日本needle\r\n${"x".repeat(COLS - 3)}needle\r\n${"y".repeat(COLS - 1)}語z`);
    start();
    search.search(query("needle"));
    await found(1, 2);
    expect(terminal.getSelection()).toBe("needle");
    search.move(-1);
    expect(terminal.getSelectionPosition()).toEqual({ start: { x: 4, y: 0 }, end: { x: 10, y: 0 } });
    search.search(query("y語z"));
    await found(0, 1);
    expect(terminal.getSelection()).toBe("y語z");
  });

  it("keeps its place while output pushes lines out, and finds what came", { timeout: 15_000 }, async () => {
    await write(`${"line\r\n".repeat(60)}needle 1\r\n`);
    start();
    search.search(query("needle"));
    await found(0, 1);
    await write(`${"more\r\n".repeat(10)}needle 2\r\n`);
    await vi.waitFor(() => expect(results.at(-1)).toMatchObject({ index: 0, count: 2 }), { timeout: 8_000 });
    search.move(1);
    search.move(1);
    expect(terminal.getSelectionPosition()?.start.x).toBe(0);
    expect(terminal.getSelection()).toBe("needle");
  });

  it("says that it took too long, and answers the next question", async () => {
    let late = true;
    start({ find: async (rows, asked) => (late ? "too-long" : lineMatches(rows, asked)), dispose: () => {} });
    await write("needle");
    search.search(query("needle"));
    await vi.waitFor(() => expect(results.at(-1)).toEqual({ kind: "too-long" }));
    late = false;
    search.search(query("needle"));
    await found(0, 1);
  });

  it("leaves no mark when nothing is searched any more", async () => {
    await write("needle");
    start();
    search.search(query("needle"));
    await found(0, 1);
    search.search(null);
    expect(results.at(-1)).toBeNull();
    await vi.waitFor(() => expect(terminal.markers).toEqual([]));
  });
});
