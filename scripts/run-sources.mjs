/**
 * `node scripts/run-sources.mjs e2e/matrix/main.ts --flags`: runs a TypeScript program of the repository in this process,
 * on a clone that may be fresh.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, reportFailure } from "./prepare.mjs";
import { ROOT } from "./run-step.mjs";

// The program reads its flags as if it had been started by itself.
const [path = ""] = process.argv.splice(2, 1);

try {
  await ensureInstalled();
} catch (error) {
  process.exit(reportFailure(error));
}
// Only now: it is one of the installed packages.
const { register } = await import("tsx/esm/api");
register();
await import(pathToFileURL(join(ROOT, path)).href);
