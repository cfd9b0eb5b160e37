/**
 * Fails when the maps of the house name a path that is gone: a file or folder in backticks, a link, or a package
 * import such as `#spdy/stream`. Prose ages with the code only if something reads both.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { MAY_IMPORT } from "./import-rules.mjs";
import { ROOT } from "./run-step.mjs";
import { filesIn, GENERATED } from "./source-files.mjs";

const MAPS = ["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md"];
const SOURCE_NAME = /\.(ts|tsx|mjs|css|md|yaml|yml|json|html|svg)$/;
const PATH = /^[\w.@#-]+(\/[\w.@-]+)*\/?$/;
/** Top folders that a map may name even when they are gone, so that a removed folder is noticed. */
const TOP_FOLDERS = new Set(["app", "components", "protocol", "server", "e2e", "public", "scripts", ".ci"]);

/**
 * @param {string} root
 * @returns {string[]} one line per path that is gone
 */
export function checkMaps(root) {
  const files = filesIn(root);
  const names = new Set(files.map((file) => posix.basename(file)));
  /** @type {Record<string, string>} */
  const aliases = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).imports ?? {};
  const gone = [];
  for (const map of MAPS) {
    if (!existsSync(join(root, map))) {
      gone.push(`${map}: the file itself is missing`);
      continue;
    }
    for (const { path, line, isLink } of pathsIn(readFileSync(join(root, map), "utf8"))) {
      const there = isLink ? existsSync(join(root, dirname(map), path)) : isThere(root, path, names, aliases);
      if (!there) gone.push(`${map}:${line}: ${path} does not exist`);
    }
  }
  return gone;
}

/**
 * The table of rooms in ARCHITECTURE.md (room, purpose, what it may import) against the rules: a row for each room, and in
 * its last column exactly what the rules allow, by the short names of the rooms.
 * @param {string} text @param {Record<string, string[]>} rules
 * @returns {string[]} where they differ
 */
export function checkRoomTable(text, rules) {
  const short = (/** @type {string} */ room) => room.replace(/^(server|components)\/(?!\*)/, "");
  const rows = new Map();
  for (const [, rooms = "", allowed = ""] of text.matchAll(/^\| (`[^|]+) \|[^|]+\| ([^|]+) \|$/gm)) {
    const names = [...rooms.matchAll(/`([^`]+?)(?:\/|\.ts)?`/g)].map(([, room = ""]) => room);
    for (const room of names) rows.set(room, allowed === "nothing of ours" ? [] : allowed.split(", "));
  }
  const problems = [];
  for (const [room, allowed] of Object.entries(rules)) {
    const row = rows.get(room);
    if (!row) {
      problems.push(`ARCHITECTURE.md: the table of rooms lacks ${room}`);
      continue;
    }
    const wanted = allowed.map(short).sort().join(", ");
    const said = [...row].sort().join(", ");
    if (wanted !== said)
      problems.push(
        `ARCHITECTURE.md: ${room} may import ${wanted || "nothing of ours"}, the table says ${said}`,
      );
  }
  for (const room of rows.keys())
    if (!(room in rules)) problems.push(`ARCHITECTURE.md: ${room} is no room of scripts/import-rules.mjs`);
  return problems;
}

/**
 * What looks like a path of this repository. URLs, endpoints (`/api/...`), flags, globs and what a build makes
 * are something else.
 * @param {string} text
 */
function pathsIn(text) {
  const found = [];
  let inFence = false;
  for (const [index, content] of text.split("\n").entries()) {
    if (/^\s*(```|~~~)/.test(content)) inFence = !inFence;
    if (inFence) continue;
    const line = index + 1;
    for (const [, quoted = ""] of content.matchAll(/`([^`]+)`/g)) {
      const path = quoted.replace(/^\.\//, "").replace(/:\d+$/, "");
      if (looksLikePath(path)) found.push({ path, line, isLink: false });
    }
    for (const [, target = ""] of content.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(#|[a-z]+:)/i.test(target)) continue;
      found.push({ path: decodeURI(target.replace(/[#?].*$/, "")), line, isLink: true });
    }
  }
  return found;
}

/** @param {string} text */
function looksLikePath(text) {
  if (!PATH.test(text)) return false;
  const [top = ""] = text.split("/");
  if (GENERATED.has(top)) return false;
  if (text.startsWith("#")) return text.includes("/");
  return TOP_FOLDERS.has(top) ? text.includes("/") : SOURCE_NAME.test(text);
}

/**
 * A name without a folder is there when any file has it: maps say `types.ts` under the heading of its room.
 * @param {string} root @param {string} path @param {Set<string>} names @param {Record<string, string>} aliases
 */
function isThere(root, path, names, aliases) {
  if (path.startsWith("#")) {
    return Object.entries(aliases).some(([pattern, target]) => {
      const prefix = pattern.replace("*", "");
      return (
        path.startsWith(prefix) && existsSync(join(root, target.replace("*", path.slice(prefix.length))))
      );
    });
  }
  return existsSync(join(root, path)) || (!path.includes("/") && names.has(path));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const table = checkRoomTable(readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8"), MAY_IMPORT);
  const gone = [...checkMaps(ROOT), ...table];
  for (const line of gone) console.error(line);
  console.log(gone.length === 0 ? `${MAPS.join(", ")} name only what is there` : `${gone.length} problems`);
  process.exitCode = gone.length > 0 ? 1 : 0;
}
