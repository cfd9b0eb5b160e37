/** What a comment may cite: documents, their numbered sections, the codes of docs/threats.md, and source files. */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { GENERATED } from "./source-files.mjs";

const THREATS = "docs/threats.md";
const SECTION_HEADING = /^#{2,} (\d+(?:\.\d+)?)\b/gm;
const THREAT_ROW = /^\| ([ABC]\d+) \|/gm;
const FINDING_HEADING = /^#+ Finding (\d+)\b/gm;
/** Ours are in kebab-case; a name with a capital is another project's. */
const FOREIGN = /[A-Z]/;

export class Library {
  #root;
  #files;
  /** Sources by their name without a folder. @type {Map<string, string[]>} */
  #sources = new Map();
  /** @type {Map<string, string>} */
  #texts = new Map();

  /** @param {string} root @param {string[]} files */
  constructor(root, files) {
    this.#root = root;
    this.#files = new Set(files);
    for (const file of files) {
      const name = posix.basename(file);
      this.#sources.set(name, [...(this.#sources.get(name) ?? []), file]);
    }
  }

  /**
   * Where a document is: named from the root, by its name in docs/, or from the file that cites it.
   * @param {string} name @param {string} from
   * @returns {string | null}
   */
  document(name, from) {
    const beside = posix.normalize(posix.join(posix.dirname(from), name));
    return [name, `docs/${name}`, beside].find((path) => this.#files.has(path)) ?? null;
  }

  /** Whether the words stand in the document, in one line or two. @param {string} document @param {string} words */
  says(document, words) {
    return inOneLine(this.#text(document)).includes(inOneLine(words));
  }

  /** @param {string} document @param {string} cited `1.2 and 1.7` */
  missingSections(document, cited) {
    const there = firstGroups(this.#text(document), SECTION_HEADING);
    return (cited.match(/\d+(?:\.\d+)?/g) ?? []).filter((number) => !there.has(number));
  }

  /** @param {string} cited `A1 to A4, finding 8` */
  missingThreats(cited) {
    const text = this.#files.has(THREATS) ? this.#text(THREATS) : "";
    const rows = firstGroups(text, THREAT_ROW);
    const findings = firstGroups(text, FINDING_HEADING);
    const missing = [];
    for (const [, finding, row] of cited.matchAll(/[Ff]indings?\s+(\d+)|([ABC]\d+)/g)) {
      if (finding && !findings.has(finding)) missing.push(`finding ${finding}`);
      if (row && !rows.has(row)) missing.push(row);
    }
    return missing;
  }

  /** By its name alone, or with as many of its folders as the comment gives. @param {string} cited */
  hasSource(cited) {
    const path = cited.replace(/^(\.{1,2}\/)+/, "");
    const [top = ""] = path.split("/");
    if (FOREIGN.test(path) || GENERATED.has(top)) return true;
    const named = this.#sources.get(posix.basename(path)) ?? [];
    return named.some((file) => file === path || file.endsWith(`/${path}`));
  }

  /** @param {string} document */
  #text(document) {
    const known = this.#texts.get(document) ?? readFileSync(join(this.#root, document), "utf8");
    this.#texts.set(document, known);
    return known;
  }
}

/** @param {string} text @param {RegExp} pattern */
function firstGroups(text, pattern) {
  return new Set([...text.matchAll(pattern)].map(([, group = ""]) => group));
}

/** @param {string} text */
function inOneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}
