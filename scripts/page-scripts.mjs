/**
 * How much JavaScript the page loads up to its first terminal: the scripts that index.html names, and the chunks
 * that are fetched when a terminal opens (known by what only xterm and its renderer contain).
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export const SCRIPT_BUDGET_BYTES = 300 * 1024;
const GZIP_LEVEL = 9;
/** xterm's hidden input field, in whose chunk our own part of the terminal is; the WebGL renderer's context. */
const TERMINAL_MARKS = ["xterm-helper-textarea", "webgl2"];

/**
 * @param {string} web the exported page
 * @returns {{ firstTerminalBytes: number, atLoadBytes: number }} gzip sizes
 */
export function pageScripts(web) {
  const html = readFileSync(join(web, "index.html"), "utf8");
  // Browsers that know modules skip the polyfills of noModule scripts.
  const named = [...html.matchAll(/<script\b([^>]*)>/g)]
    .map(([, attributes = ""]) => attributes)
    .filter((attributes) => !/\bnomodule\b/i.test(attributes))
    .map((attributes) => /\bsrc="\/([^"?]+)/.exec(attributes)?.[1])
    .filter((file) => file !== undefined);
  const atLoad = new Set(named);

  const chunks = join("_next", "static", "chunks");
  const all = existsSync(join(web, chunks))
    ? readdirSync(join(web, chunks), { recursive: true, encoding: "utf8" })
    : [];
  const onTerminal = all
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(chunks, file).replaceAll("\\", "/"))
    .filter((file) => !atLoad.has(file))
    .filter((file) => {
      const text = readFileSync(join(web, file), "utf8");
      return TERMINAL_MARKS.some((mark) => text.includes(mark));
    });

  const weigh = (/** @type {Iterable<string>} */ files) =>
    [...files].reduce((sum, file) => {
      return sum + gzipSync(readFileSync(join(web, file)), { level: GZIP_LEVEL }).byteLength;
    }, 0);
  const atLoadBytes = weigh(atLoad);
  return { atLoadBytes, firstTerminalBytes: atLoadBytes + weigh(onTerminal) };
}
