#!/usr/bin/env node
/**
 * `npm run doctor`: installs what is missing, then runs the path doctor from the sources. No build is needed, so that
 * it also helps where the page cannot be built.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { nodeVersionProblem } from "./node-version.mjs";
import { ensureInstalled, reportFailure } from "./prepare.mjs";
import { ROOT, say } from "./run-step.mjs";

const problem = nodeVersionProblem(
  JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).engines.node,
  process.versions.node,
);
if (problem) {
  say(problem);
  process.exit(2);
}

try {
  await ensureInstalled();
} catch (error) {
  process.exit(reportFailure(error));
}

const { register } = await import("tsx/esm/api");
register();

// npm moves to the package's folder; relative paths in the flags are relative to where the person stands.
if (process.env.npm_lifecycle_event === "doctor" && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

await import(pathToFileURL(join(ROOT, "server", "doctor", "main.ts")).href);
