/** A terminal's buffer as rows of text, and places in that text as cells. */
import type { IBuffer, IBufferLine, Terminal } from "@xterm/xterm";
import type { LineMatch, SearchRow } from "./line-matches.ts";
import { Slices } from "./slices.ts";

/** Rows are counted from the first one that was there when the reading began, also while output pushes it out. */
export interface BufferRows {
  rows: SearchRow[];
  /** How many of them were pushed out since. Null: so much came that the places are lost. */
  gone(): number | null;
  dispose(): void;
}

/** Cells of one row. */
export interface Segment {
  row: number;
  x: number;
  width: number;
}

export async function readRows(terminal: Terminal): Promise<BufferRows> {
  const marker = terminal.registerMarker(0);
  const began = marker?.line ?? 0;
  const gone = () => (marker === undefined ? 0 : marker.isDisposed ? null : began - marker.line);
  const rows: SearchRow[] = [];
  const slices = new Slices();
  // What comes meanwhile is for the next reading; a flood would otherwise never end.
  const end = terminal.buffer.active.length;
  while (rows.length < end) {
    const shift = gone();
    const buffer = terminal.buffer.active;
    if (shift === null) break;
    const y = rows.length - shift;
    rows.push(y < 0 ? { text: "", wrapped: false } : rowOf(buffer, y));
    if (slices.over) await slices.next();
  }
  return { rows, gone, dispose: () => marker?.dispose() };
}

function rowOf(buffer: IBuffer, y: number): SearchRow {
  const line = buffer.getLine(y);
  if (!line) return { text: "", wrapped: false };
  const continues = buffer.getLine(y + 1)?.isWrapped === true;
  return { text: line.translateToString(!continues, 0, endOf(buffer, y, line)), wrapped: line.isWrapped };
}

/** A wide character that had no room at the edge leaves an empty cell, which is no blank of the line. */
function endOf(buffer: IBuffer, y: number, line: IBufferLine): number {
  const next = buffer.getLine(y + 1);
  const leftEmpty = next?.isWrapped && next.getCell(0)?.getWidth() === 2;
  return leftEmpty && line.getCell(line.length - 1)?.getCode() === 0 ? line.length - 1 : line.length;
}

/** @param shift rows that were pushed out since the match was found */
export function segmentsOf(terminal: Terminal, match: LineMatch, shift: number): Segment[] {
  const segments: Segment[] = [];
  let { offset, length } = match;
  for (let row = match.row - shift; row >= 0 && length > 0; row += 1) {
    const buffer = terminal.buffer.active;
    const line = buffer.getLine(row);
    if (!line) break;
    const end = endOf(buffer, row, line);
    const from = cellAt(line, end, offset, 0);
    const to = cellAt(line, end, length, from.x);
    if (to.x > from.x) segments.push({ row, x: from.x, width: to.x - from.x });
    length -= to.units;
    offset = 0;
    if (segments.length > terminal.rows) break;
  }
  return segments;
}

/** The cell behind `units` UTF-16 units of text, and how many of them this row has. */
function cellAt(line: IBufferLine, end: number, units: number, from: number): { x: number; units: number } {
  let x = from;
  let passed = 0;
  while (x < end && passed < units) {
    const cell = line.getCell(x);
    passed += cell?.getChars().length || 1;
    x += cell?.getWidth() || 1;
  }
  return { x, units: passed };
}
