/**
 * `npm run check`: every check that needs no browser, one line each, and the output of those that fail.
 * `node scripts/check.mjs types imports` runs only the named ones.
 */
import { elapsed, packageBin, runStep, script } from "./run-step.mjs";

const STEP_LIMIT_MS = 15 * 60_000;

/** @type {Record<string, { command: string[], what: string }>} */
const CHECKS = {
  biome: {
    command: [...packageBin("@biomejs", "biome", "bin", "biome"), "check", "."],
    what: "lint, format",
  },
  imports: { command: script("check-imports.mjs"), what: "import fences, file sizes" },
  graph: { command: script("check-graph.mjs"), what: "circles, dead exports, unused doors" },
  maps: { command: script("check-architecture.mjs"), what: "paths in the documents" },
  citations: { command: script("check-citations.mjs"), what: "what comments and documents cite" },
  types: { command: script("typecheck.mjs"), what: "types" },
  unit: { command: [...packageBin("vitest", "vitest.mjs"), "run"], what: "unit tests" },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(`There is no check ${unknown.join(", ")}; there are ${Object.keys(CHECKS).join(", ")}.`);
  process.exit(2);
}

let failed = 0;
let passed = 0;
for (const [name, { command, what }] of Object.entries(CHECKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const began = performance.now();
  const { ok, output, outcome } = await runStep(command, { timeoutMs: STEP_LIMIT_MS });
  if (!ok) console.log(output);
  console.log(`${ok ? "ok    " : "failed"} ${name}: ${what} (${ok ? elapsed(began) : outcome})`);
  if (ok) passed += 1;
  else failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
