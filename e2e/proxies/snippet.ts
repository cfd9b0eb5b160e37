/** The configurations of docs/proxies.md, taken from the page itself, so that what is read is what was run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/run-step.mjs";

const PAGE = join(ROOT, "docs", "proxies.md");

/** The first fenced block below a heading. Throws when the page has none: then the test tests nothing. */
export function snippet(heading: string): string {
  const lines = readFileSync(PAGE, "utf8").split("\n");
  const start = lines.findIndex((line) => line.replace(/^#+ /, "") === heading && line.startsWith("#"));
  if (start < 0) throw new Error(`docs/proxies.md has no heading "${heading}"`);
  const open = lines.findIndex((line, index) => index > start && line.startsWith("```"));
  const close = lines.findIndex((line, index) => index > open && line.startsWith("```"));
  const between = lines.slice(start + 1, open);
  if (open < 0 || close < 0 || between.some((line) => line.startsWith("#"))) {
    throw new Error(`docs/proxies.md has no configuration below "${heading}"`);
  }
  return lines.slice(open + 1, close).join("\n");
}

/** Every place is replaced wherever it stands; one that stands nowhere is a page that has changed. */
export function adapted(text: string, places: Readonly<Record<string, string>>): string {
  let result = text;
  for (const [place, own] of Object.entries(places)) {
    if (!result.includes(place)) throw new Error(`the configuration no longer says ${place}`);
    result = result.replaceAll(place, own);
  }
  return result;
}
