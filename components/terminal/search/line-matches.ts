/**
 * Finds text in the lines of a terminal. Pure, and run by a worker: a regular expression may take for ever, and a
 * line may be as long as the scrollback.
 */

export interface SearchQuery {
  text: string;
  caseSensitive: boolean;
  regex: boolean;
}

/** One row of the buffer as text. */
export interface SearchRow {
  text: string;
  /** It goes on with the line of the row above. */
  wrapped: boolean;
}

export interface LineMatch {
  /** The row it begins in, and where in that row's text. */
  row: number;
  offset: number;
  /** In UTF-16 units; it may reach into the rows below. */
  length: number;
}

export interface LineMatches {
  /** In the order of the buffer; the newest ones when there are more than fit. */
  matches: LineMatch[];
  /** There are earlier ones. */
  more: boolean;
}

/** With more of them nobody steps through. */
export const MAX_MATCHES = 1_000;

export function lineMatches(rows: readonly SearchRow[], query: SearchQuery): LineMatches {
  const pattern = patternOf(query);
  const matches: LineMatch[] = [];
  // From the end upwards, line by line: in a terminal the newest match is the likeliest.
  for (let last = rows.length - 1; last >= 0; last -= 1) {
    let first = last;
    while (first > 0 && rows[first]?.wrapped) first -= 1;
    const found = matchesOfLine(rows, first, last, pattern);
    matches.unshift(...found.slice(-(MAX_MATCHES + 1 - matches.length)));
    if (matches.length > MAX_MATCHES) return { matches: matches.slice(-MAX_MATCHES), more: true };
    last = first;
  }
  return { matches, more: false };
}

/** @throws SyntaxError when the expression is not one (yet) */
export function patternOf({ text, caseSensitive, regex }: SearchQuery): RegExp {
  const source = regex ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(source, caseSensitive ? "g" : "gi");
}

function matchesOfLine(
  rows: readonly SearchRow[],
  first: number,
  last: number,
  pattern: RegExp,
): LineMatch[] {
  const starts: number[] = [];
  let text = "";
  for (let row = first; row <= last; row += 1) {
    starts.push(text.length);
    text += rows[row]?.text ?? "";
  }
  const found: LineMatch[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const length = match[0].length;
    // "x*" matches nothing everywhere.
    if (length === 0) continue;
    while ((starts[at + 1] ?? Number.POSITIVE_INFINITY) <= match.index) at += 1;
    found.push({ row: first + at, offset: match.index - (starts[at] ?? 0), length });
    // Of one endless line only the last ones are kept.
    if (found.length >= 2 * MAX_MATCHES + 2) found.splice(0, MAX_MATCHES + 1);
  }
  return found;
}
