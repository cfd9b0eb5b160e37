/** Which file imports which, and what of it: read from the sources, without a parser, because formatted code allows it. */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { filesIn } from "./source-files.mjs";

const CODE = /\.(ts|tsx|mjs)$/;

/**
 * Code without comments; their line breaks stay, so that lines still count.
 * @param {string} text
 */
export function withoutComments(text) {
  return text
    .replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, (comment) => comment.replace(/[^\n]/g, ""))
    .replace(/^[ \t]*\/\/.*$/gm, "");
}

/**
 * @typedef {{ specifier: string, line: number, names: string[] }} Import
 *   names: what is imported, as it is called where it comes from; `*` for all of it, `default`
 */

/**
 * Every import and re-export, types and dynamic imports included. Formatted code begins each static import on a line
 * of its own.
 * @param {string} text
 * @returns {Import[]}
 */
export function importsOf(text) {
  const code = withoutComments(text);
  /** @type {Import[]} */
  const found = [];
  /** @param {RegExpMatchArray} match @param {string} specifier @param {string[]} names */
  const add = (match, specifier, names) => {
    const line = code.slice(0, (match.index ?? 0) + match[0].length).split("\n").length;
    found.push({ specifier, line, names });
  };
  for (const match of code.matchAll(/^[ \t]*(?:import|export)\s([^"'`;]*?)\bfrom\s*["']([^"']+)["']/gm)) {
    add(match, match[2] ?? "", namesOf(match[1] ?? ""));
  }
  for (const match of code.matchAll(/^[ \t]*import\s*["']([^"']+)["']/gm)) add(match, match[1] ?? "", []);
  // Not behind a single quote or a backtick in the same line: that is text about an import.
  for (const match of code.matchAll(/^[^'`\n]*\b(?:import|require)\s*\(\s*["'`]([^"'`]+)["'`]/gm)) {
    add(match, match[1] ?? "", ["*"]);
  }
  for (const match of code.matchAll(/\btypeof import\(\s*["']([^"']+)["']/g))
    add(match, match[1] ?? "", ["*"]);
  return found.sort((a, b) => a.line - b.line);
}

/** @param {string} clause between `import` and `from` */
function namesOf(clause) {
  const names = [];
  const [braces] = /\{[^}]*\}/.exec(clause) ?? [""];
  for (const part of braces.slice(1, -1).split(",")) {
    const name = part
      .trim()
      .replace(/^type\s+/, "")
      .split(/\s+as\s+/)[0];
    if (name) names.push(name);
  }
  const outside = clause.replace(/\{[^}]*\}/, "").replace(/^\s*type\s/, "");
  if (outside.includes("*")) names.push("*");
  else if (/[\w$]/.test(outside)) names.push("default");
  return names;
}

/**
 * @typedef {{ prefix: string, folder: string, suffix: string }} Alias
 * @param {string} root
 * @returns {Alias[]} the longest prefix first, as Node matches them
 */
function readAliases(root) {
  /** @type {Record<string, string>} */
  const imports = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).imports ?? {};
  return Object.entries(imports)
    .map(([pattern, target]) => {
      const [folder = "", suffix = ""] = target.replace(/^\.\//, "").split("*");
      return { prefix: pattern.replace("*", ""), folder, suffix };
    })
    .sort((a, b) => b.prefix.length - a.prefix.length);
}

/**
 * The path of what a specifier names; null for packages and unknown aliases.
 * @param {string} from the importing file @param {string} specifier @param {Alias[]} aliases
 */
function resolveImport(from, specifier, aliases) {
  if (specifier.startsWith(".")) return posix.normalize(posix.join(posix.dirname(from), specifier));
  if (!specifier.startsWith("#")) return null;
  const alias = aliases.find(({ prefix }) => specifier.startsWith(prefix));
  return alias ? `${alias.folder}${specifier.slice(alias.prefix.length)}${alias.suffix}` : null;
}

/**
 * @typedef {{ text: string, imports: (Import & { target: string | null })[] }} Source
 * @param {string} root the repository
 * @returns {Map<string, Source>} by path, in order
 */
export function readSources(root) {
  const aliases = readAliases(root);
  const sources = new Map();
  for (const path of filesIn(root).filter((file) => CODE.test(file))) {
    const text = readFileSync(join(root, path), "utf8");
    const imports = importsOf(text).map((one) => ({
      ...one,
      target: resolveImport(path, one.specifier, aliases),
    }));
    sources.set(path, { text, imports });
  }
  return sources;
}
