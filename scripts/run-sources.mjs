/** Runs a TypeScript program of the repository in this process, on a clone that may be fresh. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, reportFailure } from "./prepare.mjs";
import { ROOT } from "./run-step.mjs";

/** @param {string[]} path below the repository's root */
export async function runSources(...path) {
  try {
    await ensureInstalled();
  } catch (error) {
    process.exit(reportFailure(error));
  }
  // Only now: it is one of the installed packages.
  const { register } = await import("tsx/esm/api");
  register();
  await import(pathToFileURL(join(ROOT, ...path)).href);
}
