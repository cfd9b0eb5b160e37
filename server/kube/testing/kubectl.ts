/** A real kubectl to compare with, when there is one: PORTHOLE_KUBECTL, else the one on PATH. */
import { execFile, spawnSync } from "node:child_process";
import type { Environment } from "../types.ts";

const KUBECTL_TIMEOUT_MS = 15_000;

export const kubectl: string | undefined = [process.env.PORTHOLE_KUBECTL, "kubectl"].find(
  (command) => command !== undefined && spawnSync(command, ["version", "--client"]).status === 0,
);

export const NO_KUBECTL = "needs kubectl on PATH or in PORTHOLE_KUBECTL";

/** Standard output; rejects with what kubectl said. Does not block: it may be talking to a server of the test. */
export function runKubectl(args: string[], env: Environment, cwd: string): Promise<string> {
  const variables = { PATH: process.env.PATH, HOME: cwd, ...env } as unknown as NodeJS.ProcessEnv;
  return new Promise((resolve, reject) => {
    const options = { env: variables, cwd, timeout: KUBECTL_TIMEOUT_MS };
    const child = execFile(kubectl ?? "kubectl", args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${stdout}${stderr}`));
      else resolve(stdout);
    });
    child.stdin?.end();
  });
}
