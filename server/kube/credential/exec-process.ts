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

export interface ProcessToRun {
  path: string;
  /** What it is told of its own name: the command as it was written. */
  argv0: string;
  args: readonly string[];
  env: Environment;
}

export interface ProcessListener {
  /** As it comes, all of it. */
  onStderr?(chunk: Buffer): void;
  /** The limit is reached: how much longer it may run; 0 ends it. */
  moreTimeMs?(): number;
}

/** Never rejects. */
export function runProcess(
  { path, argv0, args, env }: ProcessToRun,
  limits: ProcessLimits,
  signal: AbortSignal,
  listener: ProcessListener = {},
): Promise<ProcessOutcome> {
  return new Promise((resolve) => {
    const stdout: Buffer[] = [];
    let stdoutBytes = 0;
    let stderr = Buffer.alloc(0);
    let child: ChildProcess;
    try {
      child = spawn(path, args, {
        argv0,
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
    const late = () => {
      const more = listener.moreTimeMs?.() ?? 0;
      if (more > 0) timer = setTimeout(late, more);
      else stop("timeout");
    };
    let timer = setTimeout(late, limits.timeLimitMs);
    let grace: NodeJS.Timeout | undefined;

    child.stdout?.on("data", (chunk: Buffer) => {
      stdoutBytes += chunk.byteLength;
      if (stdoutBytes > limits.maxStdoutBytes) stop("too-much-output");
      else stdout.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      listener.onStderr?.(chunk);
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
