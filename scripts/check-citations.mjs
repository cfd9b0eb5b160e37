/**
 * Fails when a comment or a document cites what a reader of this repository does not have: a document, a section or a
 * threat that is not in docs/, or a source file that is gone. Comments are the memory of the house, and a citation
 * that leads nowhere is a hole in it.
 *
 * Documents, sections and codes such as `(A8)` are looked for in the whole of a file, because conformance checks name
 * their source in a string, and tests the threat in their title; file names in comments and documents alone.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Library } from "./citable.mjs";
import { ROOT } from "./run-step.mjs";
import { commentsOf } from "./source-comments.mjs";
import { filesIn } from "./source-files.mjs";

const SOURCE = /\.(ts|tsx|mjs|css)$/;
/** History may name what is gone. */
const DOCUMENT = /^(?!CHANGELOG)(docs\/)?[^/]+\.md$/;
/** Their strings are repositories that are made up. */
const TEST_OF_A_CHECK = /^scripts\/[^/]+\.test\.ts$/;

const NO_DOCUMENT = /\bDESIGN\b/g;
const CITED_DOCUMENT = /(?<![\w./-])(?:[\w.-]+\/)*[\w-]+\.md\b/g;
/** `protocol.md 1.2`, `protocol.md 1.5 and 2.5`, `protocol.md section 5`. */
const CITED_SECTIONS =
  /((?:[\w.-]+\/)*[\w-]+\.md)`?,?\s+(?:sections?\s+)?(\d+(?:\.\d+)?\b(?:(?:,|\s+and|\s+to|\s+or)\s+\d+\.\d+)*)/g;
/** `threats.md A16`, `threats.md A5 to A8`, `threats A26, finding 8`. */
const CITED_THREATS =
  /\bthreats(?:\.md)?`?,?\s+((?:[Rr]ows?\s+)?(?:(?:[ABC]|[Ff]indings?\s+)\d+)(?:(?:,|\s+and|\s+to|\s+or)\s+(?:[ABC]|findings?\s+)\d+)*)/g;
/** `(A8)`, `(A4, A8)`, `rows A1 to A4, A7`. */
const BARE_CODES =
  /(?:\(|\b[Rr]ows?\s+)([ABC]\d{1,2}(?:(?:,\s*|\s+and\s+|\s+to\s+|\s+or\s+)[ABC]\d{1,2})*)(?![\w-])/g;
/** `docs/proxies.md, "Envoy"`: what is quoted stands in the document. */
const CITED_WORDS = /((?:[\w.-]+\/)*[\w-]+\.md)`?,?\s+["“]([^"”$]{1,200})["”]/g;
const CITED_SOURCE = /(?<![\w.*<>{}$/@-])(?:[\w.@-]+\/)*[\w@-][\w.@-]*\.(?:tsx?|mjs)\b(?!\.?[\w/-])/g;

/**
 * @param {string} root
 * @returns {string[]} one line per citation that leads nowhere
 */
export function checkCitations(root) {
  const files = filesIn(root);
  const library = new Library(root, files);
  /** @type {string[]} */
  const violations = [];
  for (const path of files) {
    const isSource = SOURCE.test(path);
    if (!isSource && !DOCUMENT.test(path)) continue;
    const text = readFileSync(join(root, path), "utf8");
    const prose = isSource ? commentsAlone(text) : withoutFences(text);
    const all = isSource && !TEST_OF_A_CHECK.test(path) ? text : prose;
    const problems = [...citesDocuments(all, path, library), ...citesSources(prose, path, library)];
    for (const { line, says } of problems.sort((a, b) => a.line - b.line)) {
      violations.push(`${path}:${line}: ${says}`);
    }
  }
  return violations;
}

/**
 * @typedef {{ line: number, says: string }} Problem
 * @param {string} text @param {string} path the file it is in @param {Library} library
 * @returns {Problem[]}
 */
function citesDocuments(text, path, library) {
  const { clean, problems, add } = collector(text);
  for (const { index, 0: name } of clean.matchAll(NO_DOCUMENT))
    add(index, `${name} is not in the repository`);
  for (const { index, 0: name } of clean.matchAll(CITED_DOCUMENT)) {
    if (library.document(name, path) === null) add(index, `${name} is not in the repository`);
  }
  for (const { index, 1: name = "", 2: numbers = "" } of clean.matchAll(CITED_SECTIONS)) {
    const document = library.document(name, path);
    if (document === null) continue;
    for (const number of library.missingSections(document, numbers)) {
      add(index, `${document} has no section ${number}`);
    }
  }
  for (const pattern of [CITED_THREATS, BARE_CODES]) {
    for (const { index, 1: codes = "" } of clean.matchAll(pattern)) {
      for (const code of library.missingThreats(codes)) add(index, `docs/threats.md has no ${code}`);
    }
  }
  return problems;
}

/** @param {string} text @param {string} path @param {Library} library @returns {Problem[]} */
function citesSources(text, path, library) {
  const { clean, problems, add } = collector(text);
  for (const { index, 1: name = "", 2: words = "" } of clean.matchAll(CITED_WORDS)) {
    const document = library.document(name, path);
    if (document === null || library.says(document, words)) continue;
    add(index, `${document} does not say "${words}"`);
  }
  for (const { index, 0: name } of clean.matchAll(CITED_SOURCE)) {
    if (!library.hasSource(name)) add(index, `${name} does not exist`);
  }
  return problems;
}

/** @param {string} text */
function collector(text) {
  // Citations wrap: the mark before a comment's line is no part of it. The path of an address is not ours.
  const clean = text.replace(/^[ \t]*(?:\/?\*+(?!\/)|\/\/)/gm, "").replace(/[a-z]+:\/\/\S+/g, "");
  /** @type {Problem[]} */
  const problems = [];
  /** @param {number} index @param {string} says */
  const add = (index, says) => problems.push({ line: clean.slice(0, index).split("\n").length, says });
  return { clean, problems, add };
}

/** The comments in their lines, and nothing else. @param {string} text */
function commentsAlone(text) {
  let alone = "";
  let at = 0;
  for (const { start, end } of commentsOf(text)) {
    alone += text.slice(at, start).replace(/[^\n]/g, "") + text.slice(start, end);
    at = end;
  }
  return alone;
}

/** Code in a document is an example. @param {string} text */
function withoutFences(text) {
  return text.replace(/^[ \t]*```[\s\S]*?^[ \t]*```/gm, (fence) => fence.replace(/[^\n]/g, ""));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const violations = checkCitations(ROOT);
  for (const violation of violations) console.error(violation);
  const outcome =
    violations.length === 0 ? "only what is there" : `${violations.length} times what is not there`;
  console.log(`comments and documents cite ${outcome}`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
