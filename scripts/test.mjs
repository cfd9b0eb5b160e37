/**
 * `npm test`: installs what the tests need, builds, runs the unit tests and the browser tests, and ends with one
 * line, `N passed, N failed`. `node scripts/test.mjs reference` runs only the suites that are named.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "./install-chromium.mjs";
import { ensureBuilt, ensureInstalled, reportFailure } from "./prepare.mjs";
import { packageBin, ROOT, runStep, say } from "./run-step.mjs";
import { readTally, sum, summary, TALLY_FILE_VARIABLE } from "./tally.mjs";

const VITEST = [
  ...packageBin("vitest", "vitest.mjs"),
  "run",
  "--reporter=default",
  `--reporter=${join(ROOT, "scripts", "vitest-tally.mjs")}`,
];

/** @type {Record<string, { runner: string, command: string[], limitMs: number, needs: (() => Promise<void>)[] }>} */
const SUITES = {
  unit: { runner: "vitest", command: VITEST, limitMs: 13 * 60_000, needs: [] },
  browser: {
    runner: "Playwright",
    command: [
      ...packageBin("@playwright", "test", "cli.js"),
      "test",
      `--reporter=list,${join(ROOT, "scripts", "playwright-tally.mjs")}`,
    ],
    limitMs: 10 * 60_000,
    needs: [ensureChromium, ensureBuilt],
  },
  reference: {
    runner: "vitest (reference cluster)",
    command: [...VITEST, "--config", join(ROOT, "vitest.reference.config.ts")],
    limitMs: 11 * 60_000,
    needs: [ensureBuilt],
  },
};
const DEFAULT_SUITES = ["unit", "browser"];

const wanted = process.argv.length > 2 ? process.argv.slice(2) : DEFAULT_SUITES;
const unknown = wanted.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  say(`There is no suite ${unknown.join(", ")}; there are ${Object.keys(SUITES).join(", ")}.`);
  process.exit(2);
}

/** @param {(typeof SUITES)[string]} suite @param {string} folder for the tally */
async function run({ runner, command, limitMs }, folder) {
  const file = join(folder, "tally.json");
  rmSync(file, { force: true });
  const env = { ...process.env, [TALLY_FILE_VARIABLE]: file };
  return readTally(runner, file, await runStep(command, { env, show: "as it is", timeoutMs: limitMs }));
}

const folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
try {
  const suites = Object.entries(SUITES).flatMap(([name, suite]) => (wanted.includes(name) ? [suite] : []));
  await ensureInstalled();
  for (const need of new Set(suites.flatMap(({ needs }) => needs))) await need();
  const tallies = [];
  for (const suite of suites) tallies.push(await run(suite, folder));
  const total = sum(tallies);
  console.log(`\n${summary(total).join("\n")}`);
  process.exitCode = total.failures.length > 0 ? 1 : 0;
} catch (error) {
  process.exitCode = reportFailure(error);
  console.log("0 passed, 1 failed");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
