/** A kubectl that is interrupted, or killed without a chance to say a word. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Kubectl } from "../../reference/kubectl-process.ts";
import { limited } from "../../waiting.ts";
import { PLACE } from "../clients/client.ts";
import type { Place, Way } from "./ways.ts";
import { childrenOf, type MarkedRun, RUNS, type Workload } from "./workload.ts";

const PROGRAMS = { "kubectl 1.36": "kubectl", "kubectl 1.20": "kubectl-1.20" };
const SIGNALS = { "Ctrl-C": "SIGINT", "kill -9": "SIGKILL" } as const;

export function kubectlWays(): Way[] {
  return Object.entries(PROGRAMS).flatMap(([name, program]) =>
    Object.entries(SIGNALS).map(([how, signal]) => kubectlWay(`${name}: ${how}`, program, signal)),
  );
}

function kubectlWay(name: string, program: string, signal: "SIGINT" | "SIGKILL"): Way {
  const folder = process.env.PORTHOLE_REFERENCE_BIN;
  const binary = join(folder ?? "", program);
  return {
    name,
    missing: folder && existsSync(binary) ? null : `PORTHOLE_REFERENCE_BIN names no folder with ${program}`,
    direct: () => true,
    takes: () => true,
    async start(place, load, run) {
      const child = startKubectl(binary, place, load, run);
      await untilRuns(child);
      // A person's terminal is that of `script`; what leaves is the kubectl in it.
      const pid = load.tty ? childrenOf(child.pid!)[0] : child.pid;
      if (pid === undefined) throw new Error("kubectl does not run");
      return async () => {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        process.kill(pid, signal);
        await limited(ended, "the end of kubectl");
        child.stdin.destroy();
      };
    },
  };
}

function startKubectl(
  binary: string,
  { flags, folder }: Place,
  load: Workload,
  run: MarkedRun,
): ChildProcessWithoutNullStreams {
  const kubectl = new Kubectl(binary, flags, folder);
  const options = [...(load.stdin ? ["-i"] : []), ...(load.tty ? ["-t"] : [])];
  const command = kubectl.command([
    ...[load.subresource, ...options, "-n", PLACE.namespace, PLACE.pod, "-c", PLACE.container],
    ...(load.subresource === "exec" ? ["--", ...run.command] : []),
  ]);
  const line = `exec ${command.map((word) => `'${word}'`).join(" ")}`;
  const [program = "", ...args] = load.tty ? ["script", "-qec", line, "/dev/null"] : command;
  const child = spawn(program, args, { env: { ...process.env, ...kubectl.env }, stdio: "pipe" });
  child.stdin.on("error", () => {});
  return child;
}

async function untilRuns(child: ChildProcessWithoutNullStreams): Promise<void> {
  let seen = "";
  const runs = new Promise<void>((resolve, reject) => {
    for (const output of [child.stdout, child.stderr]) {
      output.on("data", (text: Buffer) => {
        seen += text;
        if (RUNS.test(seen)) resolve();
      });
    }
    child.once("error", reject).once("close", () => reject(new Error(`kubectl ended: ${seen}`)));
  });
  await limited(runs, "the output of kubectl");
}
