/** A process on pipes: stdout and stderr apart, a true end of input, the exit reported after both have drained. */
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import { Socket } from "node:net";
import { constants } from "node:os";
import { Channel } from "#protocol/channel";
import { ContainerError } from "./container-error";
import { type ContainerProcess, KILL_GRACE_MS, type ProcessEvents, signalGroup } from "./container-process";
import type { Launch } from "./container-sandbox";
import { createFifos, type Fifo } from "./fifo";

export interface WantedStreams {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
}

export class PipeProcess implements ContainerProcess {
  readonly #outputs: Socket[] = [];
  #input: Socket | null = null;
  /** The process has ended, and its number may belong to another one. */
  #over = false;
  #killTimer: NodeJS.Timeout | undefined;

  /**
   * Rejects with ContainerError.
   * @param pipeDirectory where names for pipes may be made
   */
  static async start(
    launch: Launch,
    wanted: WantedStreams,
    pipeDirectory: string,
    events: ProcessEvents,
  ): Promise<PipeProcess> {
    let fifos: Fifo[];
    try {
      fifos = await createFifos(pipeDirectory, 3);
    } catch (cause) {
      throw new ContainerError("START", "the system has no pipes left", { cause });
    }
    const [stdin, stdout, stderr] = fifos as [Fifo, Fifo, Fifo];
    const stdio: StdioOptions = [
      wanted.stdin ? stdin.readFd : "ignore",
      wanted.stdout ? stdout.writeFd : "ignore",
      wanted.stderr ? stderr.writeFd : "ignore",
    ];
    // A session of its own, so that its whole group can be signalled.
    const { file, args, cwd, env } = launch;
    const child = spawn(file, args, { cwd, env, stdio, detached: true });
    const ours = new PipeProcess(child, stdin.writeFd, [stdout.readFd, stderr.readFd], wanted, events);
    for (const fd of [stdin.readFd, stdout.writeFd, stderr.writeFd]) closeSync(fd);
    try {
      await once(child, "spawn");
    } catch (cause) {
      ours.#dropPipes();
      throw new ContainerError("START", `the process could not be started: ${(cause as Error).message}`, {
        cause,
      });
    }
    return ours;
  }

  private constructor(
    private readonly child: ChildProcess,
    stdinFd: number,
    outputFds: [number, number],
    wanted: WantedStreams,
    private readonly events: ProcessEvents,
  ) {
    const input = new Socket({ fd: stdinFd, readable: false, writable: true });
    this.#input = wanted.stdin ? input : null;
    if (!wanted.stdin) input.destroy();
    input.on("drain", () => events.inputDrained());
    // EPIPE: the process closed its input. What else comes is dropped, and the sender must not wait for it.
    input.on("error", () => events.inputDrained());
    child.on("error", () => {});
    const outputs = [this.#read(outputFds[0], Channel.Stdout), this.#read(outputFds[1], Channel.Stderr)];
    const exited = new Promise<number>((resolve) => {
      child.once("exit", (code, signal) => {
        this.#over = true;
        clearTimeout(this.#killTimer);
        this.#input?.destroy();
        resolve(signal ? 128 + constants.signals[signal] : (code ?? 0));
      });
    });
    void Promise.all([exited, ...outputs]).then(([code]) => events.exit(code));
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#input || this.#input.destroyed) return true;
    return this.#input.write(bytes);
  }

  endInput(): void {
    this.#input?.end();
  }

  resize(): void {}

  pauseOutput(): void {
    for (const output of this.#outputs) output.pause();
  }

  resumeOutput(): void {
    for (const output of this.#outputs) output.resume();
  }

  kill(): void {
    if (this.#killTimer) return;
    if (this.#over) {
      this.#dropPipes();
      return;
    }
    this.#signal("SIGHUP");
    this.#killTimer = setTimeout(() => this.killNow(), KILL_GRACE_MS);
    this.#killTimer.unref();
  }

  killNow(): void {
    if (this.#over) this.#dropPipes();
    else this.#signal("SIGKILL");
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.child.pid !== undefined) signalGroup(this.child.pid, signal);
  }

  /** Resolves when the pipe has been read to its end: when nothing holds its other side any more. */
  #read(fd: number, channel: typeof Channel.Stdout | typeof Channel.Stderr): Promise<void> {
    const output = new Socket({ fd, readable: true, writable: false });
    this.#outputs.push(output);
    output.on("data", (bytes: Buffer) => this.events.output(channel, bytes));
    output.on("error", () => {});
    return new Promise((resolve) => output.once("close", () => resolve()));
  }

  /** The process has ended; what still holds its pipes open is no longer listened to. */
  #dropPipes(): void {
    this.#input?.destroy();
    for (const output of this.#outputs) output.destroy();
  }
}
