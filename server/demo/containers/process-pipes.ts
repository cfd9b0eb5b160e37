/** Starts a process with three pipes and gives our ends of them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { ContainerError } from "./container-error.ts";
import type { Launch } from "./container-sandbox.ts";
import { pipeCommand } from "./launcher.ts";

export interface PipedChild {
  child: ChildProcess;
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
}

/** Rejects with ContainerError. */
export async function spawnWithPipes(launch: Launch): Promise<PipedChild> {
  const { file, args } = pipeCommand(launch);
  // A session of its own, so that its whole group can be signalled.
  const child = spawn(file, args, { cwd: launch.cwd, env: launch.env, stdio: "pipe", detached: true });
  child.on("error", () => {});
  try {
    await once(child, "spawn");
    const pipes = launch.bash ? await openPipes(child) : child;
    return { child, stdin: pipes.stdin, stdout: pipes.stdout, stderr: pipes.stderr };
  } catch (cause) {
    child.kill("SIGKILL");
    throw new ContainerError("START", `the process could not be started: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** The pipes that the launcher made, opened from our side; then the launcher goes on. */
async function openPipes(child: ChildProcess & Pick<PipedChild, "stdin" | "stdout" | "stderr">) {
  const [line] = (await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(() => Promise.reject(new Error("the launcher ended early"))),
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
