#!/usr/bin/env node
/**
 * `npm start`: on a fresh clone installs and builds, then becomes the server. Once everything is built it only
 * compares two stamps and loads dist/server.mjs: no network, no child process, nothing on stdout.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { nodeVersionProblem } from "./node-version.mjs";
import { ensureBuilt, ensureInstalled, reportFailure } from "./prepare.mjs";
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
  await ensureBuilt();
} catch (error) {
  process.exit(reportFailure(error));
}

// npm moves to the package's folder; relative paths in the flags are relative to where the person stands.
if (process.env.npm_lifecycle_event === "start" && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

await import(pathToFileURL(join(ROOT, "dist", "server.mjs")).href);
