/**
 * Where a log goes on that is read a second time: after the last lines that are known. They are looked for as a
 * sequence, by what they say and when, because neither alone is a place: stamps may be equal, coarse or out of order,
 * and the API takes only whole seconds of them (metav1.Time as a query parameter); equal lines follow each other.
 */
import { isSameLine, type NewLine } from "./log-line.ts";

/** Finds a sequence of lines in lines as they come (Knuth, Morris, Pratt): no line is looked at twice. */
export class PlaceFinder {
  readonly #known: readonly NewLine[];
  /** For each beginning of #known, how long an end of it is also a beginning. */
  readonly #borders: number[];
  #matched = 0;
  #seen = 0;

  /** @param known the last lines, in order; of none the place is the beginning */
  constructor(known: readonly NewLine[]) {
    this.#known = known;
    this.#borders = bordersOf(known);
  }

  get found(): boolean {
    return this.#matched === this.#known.length;
  }

  /** Lines that were looked at. */
  get seen(): number {
    return this.#seen;
  }

  /** @returns those of the lines that are new: what follows the place */
  take(lines: readonly NewLine[]): readonly NewLine[] {
    if (this.found) return lines;
    for (let at = 0; at < lines.length; at += 1) {
      this.#look(lines[at]!);
      if (this.found) return lines.slice(at + 1);
    }
    return [];
  }

  #look(line: NewLine): void {
    this.#seen += 1;
    while (this.#matched > 0 && !isSameLine(this.#known[this.#matched]!, line)) {
      this.#matched = this.#borders[this.#matched - 1] ?? 0;
    }
    if (isSameLine(this.#known[this.#matched]!, line)) this.#matched += 1;
  }
}

/** What of a whole answer follows the known lines; null when they are not in it. */
export function linesAfter(known: readonly NewLine[], lines: readonly NewLine[]): readonly NewLine[] | null {
  const finder = new PlaceFinder(known);
  const fresh = finder.take(lines);
  return finder.found ? fresh : null;
}

/** The same when the answer may begin within the known lines, as that of a log that was rotated away in front. */
export function linesAfterEnd(
  known: readonly NewLine[],
  lines: readonly NewLine[],
): readonly NewLine[] | null {
  const most = Math.min(known.length, lines.length);
  for (let length = most; length > 0; length -= 1) {
    const end = known.slice(-length);
    if (end.every((line, at) => isSameLine(line, lines[at]!))) return lines.slice(length);
  }
  return null;
}

/** What of a whole answer comes before the known lines; null when they are not in it. */
export function linesBefore(known: readonly NewLine[], lines: readonly NewLine[]): readonly NewLine[] | null {
  const fresh = linesAfter([...known].reverse(), [...lines].reverse());
  return fresh && [...fresh].reverse();
}

function bordersOf(known: readonly NewLine[]): number[] {
  const borders = [0];
  for (let at = 1, length = 0; at < known.length; at += 1) {
    while (length > 0 && !isSameLine(known[at]!, known[length]!)) length = borders[length - 1] ?? 0;
    if (isSameLine(known[at]!, known[length]!)) length += 1;
    borders.push(length);
  }
  return borders;
}
