/** Brings a clone to the state in which it can serve: packages installed, product built. Says what it does. */
import { join } from "node:path";
import { buildIsReady, markPackagesReady, packagesAreReady } from "./ready-state.mjs";
import { elapsed, npmCommand, ROOT, runStep, say, script } from "./run-step.mjs";
import { withLock } from "./step-lock.mjs";

export const LOCKS = join(ROOT, ".cache");

/** A step failed; the message is one line, the output is an excerpt of what the failed program printed. */
export class PrepareError extends Error {
  /** @param {string} message @param {string} output */
  constructor(message, output) {
    super(message);
    this.output = output;
  }
}

/** @throws {PrepareError} */
export async function ensureInstalled() {
  if (packagesAreReady(ROOT)) return;
  await withLock(LOCKS, "install", install, () => say("Another start is installing; waiting for it…"));
}

async function install() {
  if (packagesAreReady(ROOT)) return;
  say("Installing packages (first start only)…");
  const began = performance.now();
  // The build needs the development packages, also where NODE_ENV=production would leave them out.
  const npmCi = [...npmCommand(), "ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund"];
  const result = await runStep(npmCi);
  if (!result.ok) {
    throw new PrepareError(`The packages could not be installed: npm ci ${result.outcome}.`, result.output);
  }
  markPackagesReady(ROOT);
  say(`Packages installed in ${elapsed(began)}.`);
}

/** @throws {PrepareError} */
export async function ensureBuilt() {
  if (buildIsReady(ROOT)) return;
  const result = await runStep([...script("build.mjs"), "--if-stale"], {
    show: "on stderr",
  });
  if (!result.ok) throw new PrepareError("Porthole could not be built; the lines above say why.", "");
}

/** Prints a PrepareError for a person and gives the exit status; anything else is a fault of ours and is thrown. @param {unknown} error */
export function reportFailure(error) {
  if (!(error instanceof PrepareError)) throw error;
  if (error.output) say(error.output);
  say(error.message);
  return 1;
}
