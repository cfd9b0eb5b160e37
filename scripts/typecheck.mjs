/** Types of every half: the page, the codec both share, the server, the browser tests, and these scripts. */
import { packageBin, runStep } from "./run-step.mjs";

/** Folders with a tsconfig.json of their own; what a half may see (DOM, Node) is decided there. */
const PROJECTS = [".", "protocol", "server", "e2e", "scripts"];
const STEP_LIMIT_MS = 5 * 60_000;

const steps = [
  // Writes next-env.d.ts and the types of the routes, which the page's project includes.
  { name: "next typegen", command: [...packageBin("next", "dist", "bin", "next"), "typegen"] },
  ...PROJECTS.map((project) => ({
    name: `tsc -p ${project}`,
    command: [...packageBin("typescript", "bin", "tsc"), "--noEmit", "--pretty", "false", "-p", project],
  })),
];

let failed = 0;
for (const { name, command } of steps) {
  const { ok, output } = await runStep(command, { timeoutMs: STEP_LIMIT_MS });
  if (ok) continue;
  failed += 1;
  console.error(`${name}\n${output}`);
}
if (failed === 0) console.log(`${PROJECTS.length} projects have no type errors`);
process.exitCode = failed > 0 ? 1 : 0;
