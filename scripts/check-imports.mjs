/**
 * Fails when a file imports across a fence (import-rules.mjs), by the wrong spelling, or is too long. Compilers
 * and bundlers accept all of that; the layers of the house hold only because this does not.
 */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { readSources } from "./import-graph.mjs";
import {
  isTest,
  MAY_IMPORT,
  NO_NODE,
  NO_PACKAGES,
  PACKAGE_FENCES,
  RELATIVE_ROOMS,
  roomOf,
  TESTS_MAY_IMPORT,
} from "./import-rules.mjs";
import { ROOT } from "./run-step.mjs";
import { filesIn } from "./source-files.mjs";

const MAX_LINES = 300;
/** A crumb is found by nobody and read by everybody: it belongs to the file of its subject. */
const MIN_LINES = 15;
/** What a tool asks for is a file even when it says little. */
const MAX_SHORT_FILES = 5;
/** Longer for a reason: data, not logic. */
const LONG_FILES = new Set(["server/spdy/frames/dictionary.ts"]);

const MEASURED = /\.(ts|tsx|mjs|css)$/;

/**
 * @param {string} root the repository
 * @returns {{ violations: string[], files: number, medianLines: number, longest: string }}
 */
export function checkImports(root) {
  const sources = readSources(root);
  const violations = [];
  const short = [];
  const sizes = [];
  for (const path of filesIn(root).filter((file) => MEASURED.test(file))) {
    const source = sources.get(path);
    const text = source?.text ?? readFileSync(join(root, path), "utf8");
    const lines = text.split("\n").length - 1;
    sizes.push({ path, lines });
    if (lines > MAX_LINES && !LONG_FILES.has(path)) {
      violations.push(`${path}: ${lines} lines, more than ${MAX_LINES}; split it by state or direction`);
    }
    if (!source) continue;
    if (lines < MIN_LINES) short.push(path);
    if (/(^|\/)index\.(ts|tsx|mjs)$/.test(path)) {
      violations.push(`${path}: no barrels; import the file that holds the thing`);
    }
    if (!(roomOf(path) in MAY_IMPORT)) {
      violations.push(`${path}: ${roomOf(path)} is no room of scripts/import-rules.mjs`);
      continue;
    }
    for (const { specifier, line, target } of source.imports) {
      const problem = problemOf(path, specifier, target);
      if (problem) violations.push(`${path}:${line}: ${problem}`);
    }
  }
  if (short.length > MAX_SHORT_FILES) {
    violations.push(
      `${short.length} files have under ${MIN_LINES} lines, more than ${MAX_SHORT_FILES}: ${short.join(", ")}`,
    );
  }
  sizes.sort((a, b) => a.lines - b.lines);
  const longest = sizes.at(-1);
  return {
    violations,
    files: sizes.length,
    medianLines: sizes[Math.floor(sizes.length / 2)]?.lines ?? 0,
    longest: longest ? `${longest.path} ${longest.lines}` : "none",
  };
}

/** @param {string} path @param {string} specifier @param {string | null} target @returns {string | null} */
function problemOf(path, specifier, target) {
  const room = roomOf(path);
  if (specifier.startsWith(".")) {
    if (target === null) return null;
    if (!/\.[a-z]+$/.test(specifier)) return `"${specifier}" has no extension; name the file`;
    if (roomOf(target) === room || target === "package.json") return null;
    const sameFolder = posix.dirname(target) === posix.dirname(path);
    if (!sameFolder && !RELATIVE_ROOMS.has(room))
      return `"${specifier}" leaves ${room} by a relative path; use #server/room/file.ts`;
    return crossing(path, roomOf(target));
  }
  if (specifier.startsWith("#")) {
    if (target === null) return `"${specifier}" is no alias of package.json`;
    if (!/\.tsx?$/.test(specifier)) return `"${specifier}" has no extension; name the file`;
    if (roomOf(target) === room && !RELATIVE_ROOMS.has(room)) {
      return `"${specifier}" is in the same room; write ./file`;
    }
    return crossing(path, roomOf(target));
  }
  return packageProblem(path, specifier);
}

/** @param {string} path @param {string} target room @returns {string | null} */
function crossing(path, target) {
  const room = roomOf(path);
  const allowed = [...(MAY_IMPORT[room] ?? []), ...(isTest(path) ? TESTS_MAY_IMPORT : [])];
  if (allowed.includes(target)) return null;
  if (target.startsWith("components/") && allowed.includes("components/*")) return null;
  return `${room} may not import ${target}`;
}

/** @param {string} path @param {string} specifier @returns {string | null} */
function packageProblem(path, specifier) {
  const fence = PACKAGE_FENCES.find(({ name, only }) => name.test(specifier) && !only(path));
  if (fence) return `"${specifier}": ${fence.why}`;
  if (isTest(path)) return null;
  const isNode = specifier.startsWith("node:");
  if (isNode && NO_NODE.test(path)) return `"${specifier}": this room runs in the browser`;
  if (!isNode && NO_PACKAGES.test(path)) return `"${specifier}": this room uses no packages`;
  return null;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { violations, files, medianLines, longest } = checkImports(ROOT);
  for (const violation of violations) console.error(violation);
  console.log(`${files} files, median ${medianLines} lines, longest ${longest}`);
  if (violations.length > 0) console.error(`${violations.length} broken fences`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
