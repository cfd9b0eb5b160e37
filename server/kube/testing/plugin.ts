/** A test's directory, and credential plugins in it that really run: Node scripts. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const V1 = "client.authentication.k8s.io/v1";
export const V1BETA1 = "client.authentication.k8s.io/v1beta1";

/** Lives as long as the test. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "porthole-kube-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/**
 * An executable script. `run` is appended to the file `runs` at each start, so that runs can be counted.
 * @param body JavaScript; `runs` is the number of this run, `answer(status)` prints an ExecCredential
 */
export function writePlugin(
  dir: string,
  body: string,
  apiVersion = V1,
): { command: string; runs: () => number } {
  const command = join(dir, "plugin");
  const log = join(dir, "runs");
  writeFileSync(
    command,
    `#!${process.execPath}
const fs = require("node:fs");
fs.appendFileSync(${JSON.stringify(log)}, "x");
const runs = fs.readFileSync(${JSON.stringify(log)}, "utf8").length;
const answer = (status) => process.stdout.write(JSON.stringify({ kind: "ExecCredential", apiVersion: ${JSON.stringify(apiVersion)}, status }));
${body}
`,
  );
  chmodSync(command, 0o755);
  return { command, runs: () => (existsSync(log) ? readFileSync(log, "utf8").length : 0) };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie still answers the signal; it has ended nevertheless.
    return process.platform !== "linux" || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
