/** Starts a process with three pipes and gives our ends of them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { startFailure } from "./container-error.ts";
import type { Launch } from "./container-sandbox.ts";
import { pipeCommand } from "./launcher.ts";

export interface PipedChild {
  child: ChildProcess;
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
}

type PipedLauncher = ChildProcess & Pick<PipedChild, "stdin" | "stdout" | "stderr">;

/** Of what a launcher that fails says. */
const MAX_SAID_CHARS = 300;

/** Rejects with ContainerError. */
export async function spawnWithPipes(launch: Launch): Promise<PipedChild> {
  const { file, args } = pipeCommand(launch);
  // A session of its own, so that its whole group can be signalled.
  let child: PipedLauncher | null = null;
  try {
    child = spawn(file, args, { cwd: launch.cwd, env: launch.env, stdio: "pipe", detached: true });
    child.on("error", () => {});
    await once(child, "spawn");
    const pipes = launch.bash ? await openPipes(child) : child;
    return { child, stdin: pipes.stdin, stdout: pipes.stdout, stderr: pipes.stderr };
  } catch (cause) {
    child?.kill("SIGKILL");
    throw startFailure(cause, "the process could not be started");
  }
}

/** The pipes that the launcher made, opened from our side; then the launcher goes on. */
async function openPipes(child: PipedLauncher) {
  // What stops it is the system, and it says so: no process, no memory, no descriptor.
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said = (said + text.toString("latin1")).slice(0, MAX_SAID_CHARS);
  });
  const [line] = (await Promise.race([
    once(child.stdout, "data"),
    once(child, "close").then(() => Promise.reject(new Error(said.trim() || "the launcher ended early"))),
  ])) as [Buffer];
  const numbers = /^(\d+) (\d+) (\d+)\n$/.exec(line.toString("latin1"))?.slice(1);
  if (!numbers) throw new Error("the launcher made no pipes");
  const open = (number: string | undefined, mode: number) =>
    openSync(`/proc/${child.pid}/fd/${number}`, mode | constants.O_NONBLOCK);
  const [input, output, errors] = numbers;
  const stdin = new Socket({ fd: open(input, constants.O_WRONLY), readable: false, writable: true });
  const stdout = new Socket({ fd: open(output, constants.O_RDONLY), readable: true, writable: false });
  const stderr = new Socket({ fd: open(errors, constants.O_RDONLY), readable: true, writable: false });
  child.stdin.on("error", () => {});
  child.stdin.end("\n");
  child.stdout.destroy();
  child.stderr.destroy();
  return { stdin, stdout, stderr };
}
