/** Where a text is found in the lines of a log. */
import type { LogLine } from "./log-line.ts";

export interface Match {
  line: number;
  /** Of the line's first character of it. */
  at: number;
}

/** More are not counted. */
export const MAX_MATCHES = 10_000;

/** Letters are found in both cases. */
export function findMatches(lines: readonly LogLine[], query: string): Match[] {
  const wanted = query.toLowerCase();
  const matches: Match[] = [];
  if (wanted === "") return matches;
  for (let line = 0; line < lines.length; line += 1) {
    const text = lines[line]!.text.toLowerCase();
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      matches.push({ line, at });
      if (matches.length === MAX_MATCHES) return matches;
    }
  }
  return matches;
}

/** Cuts a line's spans at the matches in it, so that each piece is in a match or not. */
export function markMatches<T extends { text: string }>(
  spans: readonly T[],
  starts: readonly number[],
  length: number,
): (T & { match?: number })[] {
  const pieces: (T & { match?: number })[] = [];
  let offset = 0;
  let next = 0;
  for (const span of spans) {
    const end = offset + span.text.length;
    let from = offset;
    while (from < end) {
      while (next < starts.length && starts[next]! + length <= from) next += 1;
      const start = starts[next] ?? Number.POSITIVE_INFINITY;
      const inside = start <= from;
      const to = Math.min(end, inside ? start + length : start);
      const text = span.text.slice(from - offset, to - offset);
      pieces.push({ ...span, text, ...(inside ? { match: start } : {}) });
      from = to;
    }
    offset = end;
  }
  return pieces;
}
