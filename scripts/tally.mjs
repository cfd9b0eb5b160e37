/**
 * What a test runner counted, in one form for all of them: the reporters beside this file write it, test.mjs adds
 * it up. Everything that went wrong outside a test (a file that does not load, an error nobody caught) is one
 * failure, so that a sum without failures means what it says.
 */
import { readFileSync, writeFileSync } from "node:fs";

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {string[]} failures what failed, by name
 * @property {{ name: string, reason: string }[]} skipped
 */

/** Where the reporter of a runner writes its tally. */
export const TALLY_FILE_VARIABLE = "PORTHOLE_TALLY_FILE";

/** @returns {Tally} */
export function emptyTally() {
  return { passed: 0, failures: [], skipped: [] };
}

/** @param {Tally} tally */
export function writeTally(tally) {
  const file = process.env[TALLY_FILE_VARIABLE];
  if (file) writeFileSync(file, JSON.stringify(tally));
}

/**
 * The tally of a runner that has ended. A runner that wrote none, ran nothing, or reported a failure that it did
 * not count, has failed itself.
 * @param {string} runner @param {string} file @param {{ ok: boolean, outcome: string }} end
 * @returns {Tally}
 */
export function readTally(runner, file, end) {
  /** @type {Tally} */
  let tally;
  try {
    tally = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { ...emptyTally(), failures: [`${runner} ${end.outcome} and left no result`] };
  }
  const { passed, failures, skipped } = tally;
  if (passed + failures.length + skipped.length === 0) {
    return { ...tally, failures: [`${runner} ran no test`] };
  }
  if (!end.ok && failures.length === 0) return { ...tally, failures: [`${runner} ${end.outcome}`] };
  return tally;
}

/** @param {Tally[]} tallies @returns {Tally} */
export function sum(tallies) {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

/** More skips than this of one file for one reason are one line. */
const MAX_SKIPS_NAMED = 3;

/** @param {Tally["skipped"]} skipped @returns {string[]} */
function skippedLines(skipped) {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const { name, reason } of skipped) {
    const [file = ""] = name.split(": ");
    const key = JSON.stringify([file, reason]);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups].flatMap(([key, names]) => {
    const [, reason] = JSON.parse(key);
    if (names.length <= MAX_SKIPS_NAMED) return names.map((name) => `skipped: ${name} (${reason})`);
    return [`skipped: ${names[0]} and ${names.length - 1} more of this file (${reason})`];
  });
}

/**
 * The lines for a person; the last one is for programs too.
 * @param {Tally} tally
 * @returns {string[]}
 */
export function summary({ passed, failures, skipped }) {
  return [
    ...failures.map((name) => `failed: ${name}`),
    ...skippedLines(skipped),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
    `${passed} passed, ${failures.length} failed`,
  ];
}
