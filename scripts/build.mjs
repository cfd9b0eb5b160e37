/**
 * `npm run build`: the page as static files (next build) and the server as a few (bundle.mjs), both into dist/.
 * The new dist/ is put together aside and swapped in at the end, so a failed build leaves the old one working.
 * With --if-stale nothing happens when dist/ already matches the sources.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundleServer } from "./bundle.mjs";
import { pageScripts, SCRIPT_BUDGET_BYTES } from "./page-scripts.mjs";
import { LOCKS } from "./prepare.mjs";
import { buildIsReady, markBuildReady, sourcesStamp } from "./ready-state.mjs";
import { elapsed, packageBin, ROOT, runStep, say } from "./run-step.mjs";
import { withLock } from "./step-lock.mjs";

const NEXT_BUILD_LIMIT_MS = 10 * 60_000;
const DIST = join(ROOT, "dist");
const STAGE = join(ROOT, ".cache", "dist-next");
const OLD = join(ROOT, ".cache", "dist-old");

async function buildPage() {
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const result = await runStep([...packageBin("next", "dist", "bin", "next"), "build"], {
    env,
    timeoutMs: NEXT_BUILD_LIMIT_MS,
  });
  if (result.ok) return null;
  return `${result.output}\nThe page could not be built: next build ${result.outcome}.`;
}

async function buildServer() {
  try {
    await bundleServer({ outdir: STAGE });
    return null;
  } catch {
    return "The server could not be bundled.";
  }
}

async function buildAll() {
  if (process.argv.includes("--if-stale") && buildIsReady(ROOT)) return 0;
  say("Building Porthole (again only when its sources change)…");
  const began = performance.now();
  // Taken first: a source that is edited while the build runs makes the next start build again.
  const stamp = sourcesStamp(ROOT);
  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(STAGE, { recursive: true });

  const problems = (await Promise.all([buildServer(), buildPage()])).filter((problem) => problem !== null);
  if (problems.length > 0) {
    for (const problem of problems) say(problem);
    return 1;
  }
  cpSync(join(ROOT, "out"), join(STAGE, "web"), { recursive: true });
  markBuildReady(STAGE, stamp);
  swapIn();

  const { firstTerminalBytes } = pageScripts(join(DIST, "web"));
  const inKb = (/** @type {number} */ bytes) => `${Math.ceil(bytes / 1024)} KB`;
  const budget = `${inKb(firstTerminalBytes)} gzip of ${inKb(SCRIPT_BUDGET_BYTES)}`;
  say(`Built in ${elapsed(began)}. Scripts up to the first terminal: ${budget}.`);
  if (firstTerminalBytes <= SCRIPT_BUDGET_BYTES) return 0;
  say("That is over the budget; dist/ works, but the page must load less.");
  // A person who starts Porthole is not stopped by our budget.
  return process.argv.includes("--if-stale") ? 0 : 1;
}

function swapIn() {
  rmSync(OLD, { recursive: true, force: true });
  if (existsSync(DIST)) renameSync(DIST, OLD);
  renameSync(STAGE, DIST);
  rmSync(OLD, { recursive: true, force: true });
}

process.exitCode = await withLock(LOCKS, "build", buildAll, () =>
  say("Another start is building; waiting for it…"),
);
