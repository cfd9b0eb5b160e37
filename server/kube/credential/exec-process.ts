/**
 * Runs one credential plugin: no shell, no stdin, a time limit, bounded output. The plugin gets a session of its own,
 * so that it can neither ask on the terminal Porthole was started from nor leave children behind when it is stopped.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Environment } from "../types.ts";

/** After the plugin itself has ended, its children may hold its pipes this long. */
const PIPE_GRACE_MS = 500;

export interface ProcessLimits {
  timeLimitMs: number;
  maxStdoutBytes: number;
  /** Of stderr the end is kept: that is where programs say what went wrong. */
  maxStderrBytes: number;
}

export type ProcessOutcome =
  | { kind: "exited"; code: number; stdout: string; stderr: string }
  | { kind: "killed"; signal: string; stderr: string }
  | { kind: "timeout"; stderr: string }
  | { kind: "too-much-output"; stderr: string }
  | { kind: "canceled"; stderr: string }
  /** `errno` is ENOENT, EACCES, ... */
  | { kind: "not-started"; errno: string };

/** Never rejects. */
export function runProcess(
  command: string,
  args: readonly string[],
  env: Environment,
  limits: ProcessLimits,
  signal: AbortSignal,
): Promise<ProcessOutcome> {
  return new Promise((resolve) => {
    const stdout: Buffer[] = [];
    let stdoutBytes = 0;
    let stderr = Buffer.alloc(0);
    let child: ChildProcess;
    try {
      child = spawn(command, args, {
        env: env as NodeJS.ProcessEnv,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
        windowsHide: true,
      });
    } catch (error) {
      resolve({ kind: "not-started", errno: errnoOf(error) });
      return;
    }

    const finish = (outcome: ProcessOutcome) => {
      clearTimeout(timer);
      clearTimeout(grace);
      signal.removeEventListener("abort", cancel);
      child.removeAllListeners();
      child.on("error", () => {});
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(outcome);
    };
    const stop = (kind: "timeout" | "too-much-output" | "canceled") => {
      killGroup(child);
      finish({ kind, stderr: stderr.toString("utf8") });
    };
    const ended = () => {
      const text = stderr.toString("utf8");
      if (child.signalCode) finish({ kind: "killed", signal: child.signalCode, stderr: text });
      else {
        const output = Buffer.concat(stdout).toString("utf8");
        finish({ kind: "exited", code: child.exitCode ?? -1, stdout: output, stderr: text });
      }
    };
    const cancel = () => stop("canceled");
    const timer = setTimeout(() => stop("timeout"), limits.timeLimitMs);
    let grace: NodeJS.Timeout | undefined;

    child.stdout?.on("data", (chunk: Buffer) => {
      stdoutBytes += chunk.byteLength;
      if (stdoutBytes > limits.maxStdoutBytes) stop("too-much-output");
      else stdout.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      const all = Buffer.concat([stderr, chunk]);
      stderr = all.subarray(Math.max(0, all.byteLength - limits.maxStderrBytes));
    });
    child.once("error", (error) => finish({ kind: "not-started", errno: errnoOf(error) }));
    child.once("exit", () => {
      grace = setTimeout(ended, PIPE_GRACE_MS);
    });
    child.once("close", ended);
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
  });
}

/** `detached` made the plugin the leader of its process group: the group's id is the plugin's. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}

function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
