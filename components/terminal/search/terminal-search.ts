/**
 * Search in one terminal: reads the buffer, has it searched, and shows what was found. Nothing here holds the page for
 * longer than a slice, however long a line is and however much was found; the add-on of xterm joins a wrapped line
 * anew for each of its rows, which took seconds from some hundred KB on.
 */
import type { IDecoration, IMarker, Terminal } from "@xterm/xterm";
import { type BufferRows, readRows, type Segment, segmentsOf } from "./buffer-rows.ts";
import type { LineMatch, SearchQuery } from "./line-matches.ts";
import { type Finder, WorkerFinder } from "./search-finder.ts";
import { Slices } from "./slices.ts";

/** Output goes on while the bar is open; what it brings is found this long after it paused or began. */
const SEARCH_AGAIN_MS = 1_000;
/** xterm makes an element for each, and draws all of them anew with each frame of output: the newest are marked. */
const MAX_MARKS = 100;
/** Solid colours in #rrggbb, as xterm wants them; readable under both themes' text. */
const MATCH = { background: "#7a5b16", ruler: "#d29922" };
const ACTIVE = { background: "#1f6f68", ruler: "#41c7b9" };

export type SearchResult =
  | { kind: "searching" }
  /** `index` counts from the first one; -1 when there is none. `more`: there are earlier ones. */
  | { kind: "found"; index: number; count: number; more: boolean }
  | { kind: "too-long" }
  | { kind: "failed" };

export class TerminalSearch {
  readonly #terminal: Terminal;
  readonly #finder: Finder;
  #listener: ((result: SearchResult | null) => void) | null = null;
  #query: SearchQuery | null = null;
  #run = 0;
  #rows: BufferRows | null = null;
  #matches: readonly LineMatch[] = [];
  #more = false;
  #index = -1;
  #marks: { marker: IMarker; decoration: IDecoration | undefined }[] = [];
  #activeMarks: { marker: IMarker; decoration: IDecoration | undefined }[] = [];
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #writes: { dispose(): void };

  constructor(terminal: Terminal, finder: Finder = new WorkerFinder()) {
    this.#terminal = terminal;
    this.#finder = finder;
    this.#writes = terminal.onWriteParsed(() => {
      if (this.#query === null) return;
      this.#again ??= setTimeout(() => {
        this.#again = undefined;
        if (this.#query) void this.#search(this.#query, true);
      }, SEARCH_AGAIN_MS);
    });
  }

  /** One listener, the bar; null for what is shown while nothing is searched. */
  listen(listener: ((result: SearchResult | null) => void) | null): void {
    this.#listener = listener;
  }

  /** @param query null: nothing is searched any more */
  search(query: SearchQuery | null): void {
    this.#query = query;
    if (query) void this.#search(query, false);
    else this.#clear(null);
  }

  /** To the match before (-1) or after (1), around the end. */
  move(step: 1 | -1): void {
    const count = this.#matches.length;
    if (count > 0) this.#show((this.#index + step + count) % count);
  }

  dispose(): void {
    this.#listener = null;
    this.#query = null;
    this.#clear(null);
    this.#writes.dispose();
    this.#finder.dispose();
  }

  /** @param keep the same query again: the place stays, and nothing is scrolled */
  async #search(query: SearchQuery, keep: boolean): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    if (!keep) this.#clear({ kind: "searching" });
    const rows = await readRows(this.#terminal);
    const finding = run === this.#run ? await this.#finder.find(rows.rows, query) : null;
    if (run !== this.#run || finding === null) return rows.dispose();
    if (typeof finding === "string") {
      rows.dispose();
      return this.#clear({ kind: finding });
    }
    const before = keep ? this.#activePlace() : null;
    this.#forget();
    this.#rows = rows;
    this.#matches = finding.matches;
    this.#more = finding.more;
    const index = before === null ? -1 : this.#indexAt(before);
    if (index >= 0) this.#activate(index);
    else if (this.#matches.length === 0) this.#tell(-1);
    else if (keep) this.#activate(this.#matches.length - 1);
    else this.#show(this.#matches.length - 1);
    await this.#mark(run);
  }

  /** Where the active match is now, in rows of the buffer. */
  #activePlace(): { row: number; offset: number } | null {
    const match = this.#matches[this.#index];
    const gone = this.#rows?.gone() ?? null;
    return match && gone !== null ? { row: match.row - gone, offset: match.offset } : null;
  }

  #indexAt({ row, offset }: { row: number; offset: number }): number {
    const gone = this.#rows?.gone() ?? 0;
    return this.#matches.findIndex((match) => match.row - gone === row && match.offset === offset);
  }

  #show(index: number): void {
    const segments = this.#activate(index);
    const [first] = segments;
    const last = segments.at(-1);
    if (!first || !last) return;
    const terminal = this.#terminal;
    terminal.select(
      first.x,
      first.row,
      (last.row - first.row) * terminal.cols + last.x + last.width - first.x,
    );
    const top = terminal.buffer.active.viewportY;
    if (first.row < top || first.row >= top + terminal.rows) {
      terminal.scrollToLine(Math.max(0, first.row - Math.floor(terminal.rows / 2)));
    }
  }

  #activate(index: number): Segment[] {
    dropMarks(this.#activeMarks);
    const segments = this.#segments(this.#matches[index]);
    this.#activeMarks = segments.flatMap((segment) => this.#decorate(segment, ACTIVE, "top"));
    this.#tell(index);
    return segments;
  }

  #tell(index: number): void {
    this.#index = index;
    this.#listener?.({ kind: "found", index, count: this.#matches.length, more: this.#more });
  }

  async #mark(run: number): Promise<void> {
    const slices = new Slices();
    for (const match of this.#matches.slice(-MAX_MARKS).reverse()) {
      for (const segment of this.#segments(match))
        this.#marks.push(...this.#decorate(segment, MATCH, "bottom"));
      if (slices.over) await slices.next();
      if (run !== this.#run) return;
    }
  }

  #segments(match: LineMatch | undefined): Segment[] {
    const gone = this.#rows?.gone() ?? null;
    return match && gone !== null ? segmentsOf(this.#terminal, match, gone) : [];
  }

  #decorate({ row, x, width }: Segment, colour: typeof MATCH, layer: "top" | "bottom") {
    const { baseY, cursorY } = this.#terminal.buffer.active;
    const marker = this.#terminal.registerMarker(row - baseY - cursorY);
    if (!marker) return [];
    const decoration = this.#terminal.registerDecoration({
      marker,
      x,
      width,
      layer,
      backgroundColor: colour.background,
      overviewRulerOptions: { color: colour.ruler, position: "center" },
    });
    return [{ marker, decoration }];
  }

  #clear(result: SearchResult | null): void {
    if (result?.kind !== "searching") this.#run += 1;
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#forget();
    this.#listener?.(result);
  }

  #forget(): void {
    dropMarks(this.#marks);
    dropMarks(this.#activeMarks);
    this.#rows?.dispose();
    this.#rows = null;
    this.#matches = [];
    this.#index = -1;
  }
}

function dropMarks(marks: { marker: IMarker; decoration: IDecoration | undefined }[]): void {
  for (const { marker, decoration } of marks.splice(0)) {
    decoration?.dispose();
    marker.dispose();
  }
}
