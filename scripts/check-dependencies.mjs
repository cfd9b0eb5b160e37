/**
 * What ships beside our own code: licences that allow it, no known hole of high severity, signatures that fit (threats.md
 * A36). The first is read from package-lock.json; the others ask the registry, and a registry that cannot be asked is
 * said and is no failure. Ends with `N passed, N failed`.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { npmCommand, ROOT } from "./run-step.mjs";
import { filesIn } from "./source-files.mjs";

/** Of each question to the registry. */
const ASK_LIMIT_MS = 45_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const SERIOUS = ["high", "critical"];

/** Without a duty to open our own source. */
const LICENCES = new Set([
  ...["Apache-2.0", "MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0"],
  ...["CC0-1.0", "Unlicense", "Python-2.0", "OFL-1.1", "SIL OPEN FONT LICENSE", "Zlib"],
]);

/** Of the page, Next's server and build do not ship: what it depends on is none of what a visitor runs. */
const BUILDS_THE_PAGE = "next";

/**
 * @typedef {{ license?: string, dev?: boolean, dependencies?: Record<string, string> }} Locked
 * @typedef {{ passed: boolean | null, words: string[] }} Finding `passed` is null when nobody could be asked
 */

/** @param {string} root @returns {Record<string, Locked>} by their place in node_modules */
function lockedIn(root) {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
}

/** Names of packages that are imported by the page, and with them what they depend on. @param {string} root */
function ofThePage(root) {
  const locked = lockedIn(root);
  /** @type {Set<string>} */
  const names = new Set();
  const add = (/** @type {string} */ name) => {
    const found = locked[`node_modules/${name}`];
    if (!found || names.has(name)) return;
    names.add(name);
    if (name !== BUILDS_THE_PAGE) Object.keys(found.dependencies ?? {}).forEach(add);
  };
  const pages = filesIn(root).filter((path) =>
    /^(app|components|protocol)\/.*(?<!\.(test|fixture))\.tsx?$/.test(path),
  );
  for (const path of pages) {
    const text = readFileSync(join(root, path), "utf8");
    for (const [, name = ""] of text.matchAll(/(?:from|import)\s*\(?\s*"((?:@[\w.-]+\/)?[\w.-]+)[^"]*"/g))
      add(name);
  }
  return names;
}

/** What is installed with `--omit=dev`, and what the page is made of. @param {string} root */
export function shipped(root) {
  const page = ofThePage(root);
  return Object.entries(lockedIn(root)).flatMap(([place, locked]) => {
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    return place !== "" && (!locked.dev || page.has(name))
      ? [{ name, licence: locked.license ?? "none" }]
      : [];
  });
}

/** `(MIT OR GPL-2.0)` is ours to choose, `MIT AND X` needs both. @param {string} expression SPDX @returns {boolean} */
function mayShip(expression) {
  const bare = expression.replace(/^\((.*)\)$/, "$1");
  if (/ OR /.test(bare)) return bare.split(" OR ").some((one) => mayShip(one));
  return bare.split(" AND ").every((one) => LICENCES.has(one.replace(/[()]/g, "")));
}

/** @param {string} root @returns {Finding} */
export function checkLicences(root) {
  const all = shipped(root);
  const wrong = all.filter(({ licence }) => !mayShip(licence));
  return {
    passed: wrong.length === 0,
    words:
      wrong.length === 0
        ? [`${all.length} packages ship, each under a licence that allows it`]
        : wrong.map(
            ({ name, licence }) =>
              `${name} is under ${licence}, which scripts/check-dependencies.mjs does not know`,
          ),
  };
}

/**
 * @param {string} root
 * @param {{ limitMs?: number, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Finding>}
 */
export async function checkAdvisories(root, options = {}) {
  const answer = await npmJson(root, ["audit"], options);
  if (typeof answer === "string" || !answer.vulnerabilities)
    return unasked("the registry's advisories", answer);
  const ships = new Set(shipped(root).map(({ name }) => name));
  const known = Object.values(answer.vulnerabilities).filter(({ name }) => ships.has(name));
  const serious = known.filter(({ severity }) => SERIOUS.includes(severity));
  const words = known.map(({ name, severity, range, via }) => {
    const why = via.flatMap((one) =>
      typeof one === "string" ? [`through ${one}`] : [`${one.title}, ${one.url}`],
    );
    return `${severity}: ${name} ${range}: ${why.join("; ")}`;
  });
  return {
    passed: serious.length === 0,
    words: words.length > 0 ? words : ["no advisory is about a package that ships"],
  };
}

/**
 * @param {string} root
 * @param {{ limitMs?: number, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Finding>}
 */
async function checkSignatures(root, options = {}) {
  const answer = await npmJson(root, ["audit", "signatures", "--omit=dev"], options);
  if (typeof answer === "string" || !answer.invalid) return unasked("signatures", answer);
  const wrong = [...answer.invalid, ...(answer.missing ?? [])];
  return {
    passed: wrong.length === 0,
    words:
      wrong.length === 0
        ? ["every signature fits"]
        : wrong.map(({ name, version }) => `${name} ${version}: its signature does not fit or is missing`),
  };
}

/** @param {string} what @param {string | NpmAnswer} answer @returns {Finding} */
function unasked(what, answer) {
  const why = typeof answer === "string" ? answer : answer.error?.summary || answer.message || "no answer";
  return { passed: null, words: [`not checked: ${what} could not be asked for (${why.split("\n")[0]})`] };
}

/**
 * @typedef {object} NpmAnswer
 * @property {Record<string, { name: string, severity: string, range: string, via: (string | { title: string, url: string })[] }>} [vulnerabilities]
 * @property {{ name: string, version: string }[]} [invalid]
 * @property {{ name: string, version: string }[]} [missing]
 * @property {{ summary?: string }} [error]
 * @property {string} [message]
 */

/**
 * @param {string} cwd
 * @param {string[]} args
 * @param {{ limitMs?: number, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<NpmAnswer | string>} words when there was no answer
 */
function npmJson(cwd, args, { limitMs = ASK_LIMIT_MS, env = process.env }) {
  const [program = "", ...first] = npmCommand();
  const flags = ["--json", "--fetch-retries=0", "--loglevel=silent"];
  return new Promise((resolve) => {
    const limits = {
      cwd,
      env,
      timeout: limitMs,
      maxBuffer: MAX_ANSWER_BYTES,
      killSignal: /** @type {const} */ ("SIGKILL"),
    };
    execFile(program, [...first, ...args, ...flags], limits, (error, stdout) => {
      if (error?.killed) return resolve(`no answer within ${limitMs / 1000} s`);
      try {
        resolve(JSON.parse(stdout));
      } catch {
        resolve(error?.message ?? "npm said nothing");
      }
    });
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const findings = [checkLicences(ROOT), await checkAdvisories(ROOT), await checkSignatures(ROOT)];
  for (const { words } of findings) for (const line of words) console.log(line);
  const count = (/** @type {boolean} */ value) => findings.filter(({ passed }) => passed === value).length;
  console.log(`${count(true)} passed, ${count(false)} failed`);
  process.exitCode = count(false) > 0 ? 1 : 0;
}
