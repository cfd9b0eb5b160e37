/**
 * How deep YAML and JSON nest and how much they hold, before a parser is asked that calls itself for each level and makes
 * an object of each item: some megabytes of `{` or of empty lines hold it for a minute, and the end of its stack can be the
 * end of the process (threats.md A30).
 */

/** An item ends a line or has a comma behind it; a comma inside a text is counted as well. */
export function holdsMore(text: string, items: number): boolean {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code === LINE_FEED || code === CARRIAGE_RETURN || code === COMMA) && ++count > items) return true;
  }
  return false;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COMMA = 0x2c;

/** Brackets inside texts are counted as well: what nests must close, so a few of them more make no difference. */
export function nestsDeeper(text: string, levels: number): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    if (depth > levels) return true;
  }
  // A level of block style stands further to the right than the one around it, and two can share a line: `- - a`.
  return new RegExp(`^[ \\t]*(?:[-?:][ \\t]+){${levels}}`, "m").test(text) || isIndented(text, levels);
}

function isIndented(text: string, levels: number): boolean {
  let columns: number[] = [];
  for (const [, indent = "", rest = ""] of text.matchAll(/^([ \t]*)(\S?)/gm)) {
    if (rest === "" || rest === "#") continue;
    const at = indent.length;
    while ((columns.at(-1) ?? -1) >= at) columns.pop();
    columns.push(at);
    if (columns.length > levels) return true;
    if (at === 0) columns = [0];
  }
  return false;
}
