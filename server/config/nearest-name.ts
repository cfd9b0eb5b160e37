/** What a misspelt name of a setting most likely means: for flags, variables and the names of a file alike. */
import { FLAG_ONLY, type Name, OPTIONS } from "./options.ts";

/** Longer than any name by far; comparing takes the product of both lengths. */
const MAX_COMPARED_CHARS = 64;
/** One slip in three letters is still the same word. */
const CHARS_PER_SLIP = 3;
/** A name that goes on, or stops early: tls-cert-file, credential. */
const MIN_COMMON_CHARS = 4;

/** @param name as it was written, without dashes or PORTHOLE_ in front. @returns a name of OPTIONS, or null */
export function nearestName(name: string): Name | null {
  if (name.length > MAX_COMPARED_CHARS) return null;
  const plain = name.toLowerCase().replaceAll("_", "-");
  const known = (Object.keys(OPTIONS) as Name[]).filter((option) => !FLAG_ONLY.has(option));
  const slips = known.map((option) => ({ option, count: slipsBetween(plain, option) }));
  slips.sort((one, other) => one.count - other.count);
  const [best] = slips;
  if (best && best.count <= Math.max(1, Math.floor(best.option.length / CHARS_PER_SLIP))) return best.option;
  const partly = known.filter(
    (option) =>
      Math.min(option.length, plain.length) >= MIN_COMMON_CHARS &&
      (plain.startsWith(option) || option.startsWith(plain)),
  );
  return partly.sort((one, other) => other.length - one.length)[0] ?? null;
}

/** Letters left out, put in, taken for another, or two that changed places (optimal string alignment). */
function slipsBetween(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row++) {
    const above = rows[row - 1]!;
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1;
      let count = Math.min(above[column]! + 1, line[column - 1]! + 1, above[column - 1]! + same);
      const swapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped) count = Math.min(count, rows[row - 2]![column - 2]! + 1);
      line.push(count);
    }
    rows.push(line);
  }
  return rows[one.length]![other.length]!;
}
