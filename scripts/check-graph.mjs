/**
 * Fails for what no compiler minds and every reader pays for: files that import each other in a circle, exports that
 * nobody imports, and allowances in the table of rooms that no file uses.
 */
import { pathToFileURL } from "node:url";
import { readSources, withoutComments } from "./import-graph.mjs";
import { MAY_IMPORT, roomOf } from "./import-rules.mjs";
import { ROOT } from "./run-step.mjs";

/** Read by tools, not by files: Next's routes, configurations, reporters of test runners, what makes elements. */
const READ_BY_TOOLS = /^(app\/|[^/]+\.config\.)|-tally\.mjs$|\.d\.ts$|jsx-(dev-)?runtime\.ts$/;

/** @typedef {import("./import-graph.mjs").Source} Source */

/** @param {string} root the repository @returns {string[]} */
export function checkGraph(root) {
  const sources = readSources(root);
  return [...circlesIn(sources), ...deadExportsIn(sources), ...unusedAllowancesIn(sources)];
}

/**
 * Strongly connected files (Tarjan), types included: a circle of types is one subject in two files, or two subjects
 * that know each other.
 * @param {Map<string, Source>} sources
 */
function circlesIn(sources) {
  /** @type {Map<string, number>} */
  const order = new Map();
  /** @type {Map<string, number>} */
  const lowest = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[]} */
  const found = [];
  /** @param {string} path */
  const visit = (path) => {
    order.set(path, order.size);
    lowest.set(path, order.get(path) ?? 0);
    stack.push(path);
    for (const { target } of sources.get(path)?.imports ?? []) {
      if (target === null || !sources.has(target)) continue;
      if (!order.has(target)) visit(target);
      else if (!stack.includes(target)) continue;
      lowest.set(path, Math.min(lowest.get(path) ?? 0, lowest.get(target) ?? 0));
    }
    if (lowest.get(path) !== order.get(path)) return;
    const circle = stack.splice(stack.indexOf(path));
    if (circle.length > 1) found.push(`a circle of imports: ${circle.sort().join(", ")}`);
  };
  for (const path of sources.keys()) if (!order.has(path)) visit(path);
  return found;
}

/** @param {Map<string, Source>} sources */
function deadExportsIn(sources) {
  /** @type {Map<string, Set<string>>} path -> what anybody imports of it */
  const taken = new Map();
  for (const { imports } of sources.values()) {
    for (const { target, names } of imports) {
      if (target === null) continue;
      const all = taken.get(target) ?? new Set();
      for (const name of names) all.add(name);
      taken.set(target, all);
    }
  }
  const found = [];
  for (const [path, { text }] of sources) {
    if (READ_BY_TOOLS.test(path)) continue;
    const names = taken.get(path) ?? new Set();
    if (names.has("*")) continue;
    for (const name of exportsOf(text)) {
      if (!names.has(name) && !isPartOfAShape(text, name)) found.push(`${path}: nobody imports ${name}`);
    }
  }
  return found;
}

/**
 * A type that other exports of its file are made of is read by whoever calls them, imported or not.
 * @param {string} text @param {string} name
 */
function isPartOfAShape(text, name) {
  const isType = new RegExp(`^export\\s+(?:type|interface)\\s+${name}\\b`, "m").test(text);
  return isType && withoutComments(text).split(new RegExp(`\\b${name}\\b`)).length > 2;
}

/** @param {string} text @returns {string[]} the names a file exports */
export function exportsOf(text) {
  const code = withoutComments(text);
  const names = [];
  const declared =
    /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|const|let|var|type|interface|enum)\s+([\w$]+)/gm;
  for (const [, name = ""] of code.matchAll(declared)) names.push(name);
  for (const [, list = ""] of code.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}/gm)) {
    for (const part of list.split(",")) {
      const name = part
        .trim()
        .replace(/^type\s+/, "")
        .split(/\s+as\s+/)
        .at(-1);
      if (name) names.push(name);
    }
  }
  if (/^export\s+default\b/m.test(code)) names.push("default");
  return names;
}

/**
 * An allowance that no file needs is a door left open. A test's imports count: they pass the same door.
 * @param {Map<string, Source>} sources
 */
function unusedAllowancesIn(sources) {
  /** @type {Set<string>} */
  const used = new Set();
  for (const [path, { imports }] of sources) {
    for (const { target } of imports) {
      if (target !== null) used.add(`${roomOf(path)} ${roomOf(target)}`);
    }
  }
  const inUse = (/** @type {string} */ room, /** @type {string} */ other) =>
    other === "components/*"
      ? [...used].some((pair) => pair.startsWith(`${room} components/`))
      : used.has(`${room} ${other}`);
  const rooms = new Set([...sources.keys()].map((path) => roomOf(path)));
  return Object.entries(MAY_IMPORT)
    .filter(([room]) => rooms.has(room))
    .flatMap(([room, allowed]) =>
      allowed
        .filter((other) => !inUse(room, other))
        .map((other) => `scripts/import-rules.mjs: no file of ${room} imports ${other}`),
    );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = checkGraph(ROOT);
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length === 0 ? "no circles, no dead exports, no unused doors" : `${problems.length} problems`,
  );
  process.exitCode = problems.length > 0 ? 1 : 0;
}
