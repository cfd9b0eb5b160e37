/**
 * How deep YAML and JSON nest, before a parser is asked that calls itself for each level: some megabytes of `{` hold it for
 * seconds, and the end of its stack can be the end of the process (threats.md A30).
 */

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
