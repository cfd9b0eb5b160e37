/** A process on pipes: stdout and stderr apart, a true end of input, the exit reported after both have drained. */
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { Channel } from "#protocol/channel.ts";
import {
  type ContainerProcess,
  groupLives,
  KILL_GRACE_MS,
  type ProcessEvents,
  signalGroup,
} from "./container-process.ts";
import type { Launch } from "./container-sandbox.ts";
import { type PipedChild, spawnWithPipes } from "./process-pipes.ts";

export class PipeProcess implements ContainerProcess {
  /** The process has ended, and its number may belong to another one. */
  #over = false;
  #killTimer: NodeJS.Timeout | undefined;

  /** Rejects with ContainerError. */
  static async start(launch: Launch, wantsInput: boolean, events: ProcessEvents): Promise<PipeProcess> {
    const process = new PipeProcess(await spawnWithPipes(launch), events);
    if (!wantsInput) process.endInput();
    return process;
  }

  private constructor(
    private readonly piped: PipedChild,
    private readonly events: ProcessEvents,
  ) {
    const { child, stdin, stdout, stderr } = piped;
    stdin.on("drain", () => events.inputDrained());
    // EPIPE: the process closed its input. What else comes is dropped, and the sender must not wait for it.
    stdin.on("error", () => events.inputDrained());
    const drained = [this.#read(stdout, Channel.Stdout), this.#read(stderr, Channel.Stderr)];
    const exited = new Promise<number>((resolve) => {
      child.once("exit", (code, signal) => {
        this.#over = true;
        if (!groupLives(child.pid!)) clearTimeout(this.#killTimer);
        stdin.destroy();
        resolve(signal ? 128 + constants.signals[signal] : (code ?? 0));
      });
    });
    void Promise.all([exited, ...drained]).then(([code]) => events.exit(code));
  }

  write(bytes: Uint8Array): boolean {
    const { stdin } = this.piped;
    return stdin.destroyed || stdin.writableEnded || stdin.write(bytes);
  }

  endInput(): void {
    this.piped.stdin.end();
  }

  resize(): void {}

  pauseOutput(): void {
    this.piped.stdout.pause();
    this.piped.stderr.pause();
  }

  resumeOutput(): void {
    this.piped.stdout.resume();
    this.piped.stderr.resume();
  }

  kill(): void {
    if (this.#killTimer) return;
    if (this.#over) {
      this.#dropPipes();
      return;
    }
    this.#signal("SIGHUP");
    this.#killTimer = setTimeout(() => {
      this.#signal("SIGKILL");
      this.killNow();
    }, KILL_GRACE_MS);
    this.#killTimer.unref();
  }

  killNow(): void {
    if (this.#over) this.#dropPipes();
    else this.#signal("SIGKILL");
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.piped.child.pid !== undefined) signalGroup(this.piped.child.pid, signal);
  }

  /** Resolves when the pipe has been read to its end: when nothing holds its other side any more. */
  #read(output: Readable, channel: typeof Channel.Stdout | typeof Channel.Stderr): Promise<void> {
    output.on("data", (bytes: Buffer) => this.events.output(channel, bytes));
    output.on("error", () => {});
    return new Promise((resolve) => output.once("close", () => resolve()));
  }

  /** The process has ended; what still holds its pipes open is no longer listened to. */
  #dropPipes(): void {
    this.piped.stdout.destroy();
    this.piped.stderr.destroy();
  }
}
