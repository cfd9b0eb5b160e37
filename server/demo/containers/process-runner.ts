/**
 * Joins one exec stream to one process: frames in, output out, the Status last. It knows neither WebSocket nor
 * SPDY, only the ChannelSocket. Next hop: pty-process.ts or pipe-process.ts.
 */
import { Channel } from "#protocol/channel.ts";
import { type ClientFrame, type ClientRules, clientRules, readClientFrame } from "#protocol/client-frame.ts";
import type { TerminalSize } from "#protocol/resize.ts";
import { exitStatus } from "#protocol/status.ts";
import type { ChannelSocket } from "#server/stream/types.ts";
import { ChannelOutput, type StreamOptions } from "../streams/channel-output.ts";
import { internalErrorStatus, startFailure } from "./container-error.ts";
import type { ContainerProcess, ProcessEvents } from "./container-process.ts";

/** kubectl sends the size first of all; a process that starts with it never sees a wrong one. */
const FIRST_RESIZE_WAIT_MS = 100;
const DEFAULT_SIZE: TerminalSize = { width: 80, height: 24 };

export type StartProcess = (size: TerminalSize, events: ProcessEvents) => Promise<ContainerProcess>;

export class ProcessRunner {
  readonly #output: ChannelOutput;
  readonly #rules: ClientRules;
  #process: ContainerProcess | null = null;
  /** What came before the process was there; reading is paused meanwhile, so this is one chunk at most. */
  #early: ClientFrame[] = [];
  #state: "waiting" | "starting" | "running" | "over" = "waiting";
  #sizeTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: ChannelSocket,
    private readonly options: StreamOptions,
    private readonly startProcess: StartProcess,
    private readonly onOver: () => void,
  ) {
    this.#rules = clientRules(socket, options.tty);
    this.#output = new ChannelOutput(socket, options);
    if (options.tty) {
      this.#sizeTimer = setTimeout(() => void this.#start(DEFAULT_SIZE), FIRST_RESIZE_WAIT_MS);
    } else {
      void this.#start(DEFAULT_SIZE);
    }
    socket.listen({
      // A copy: a process takes its input later than the frame is valid.
      frame: (channel, payload) => this.#onFrame(readClientFrame(channel, Buffer.from(payload), this.#rules)),
      drain: () => this.#process?.resumeOutput(),
      end: () => this.#onEnd(),
    });
  }

  /** The cluster goes away, and the process with it. */
  stop(): void {
    this.#output.abort({ cause: "shutdown", words: "the demo cluster is shutting down" });
    this.#process?.killNow();
    this.#finish();
  }

  async #start(size: TerminalSize): Promise<void> {
    clearTimeout(this.#sizeTimer);
    if (this.#state !== "waiting") return;
    this.#state = "starting";
    this.socket.pause();
    const events: ProcessEvents = {
      output: (channel, bytes) => {
        if (!this.#output.write(channel, bytes)) this.#process?.pauseOutput();
      },
      inputDrained: () => this.socket.resume(),
      exit: (code) => {
        this.#output.end(exitStatus(code));
        this.#finish();
      },
    };
    try {
      this.#process = await this.startProcess(size, events);
    } catch (error) {
      this.#output.end(internalErrorStatus(`error executing command in container: ${reasonOf(error)}`));
      this.#finish();
      return;
    }
    // The stream may have ended while the process was being started.
    if (this.#isOver()) {
      this.#process.killNow();
      return;
    }
    this.#state = "running";
    this.socket.resume();
    for (const frame of this.#early.splice(0)) this.#deliver(frame, this.#process);
  }

  #onFrame(frame: ClientFrame): void {
    if (this.#state === "over") return;
    if (frame.kind === "violation") {
      this.#output.abort({ cause: "protocol", words: frame.words });
      this.#process?.kill();
      this.#finish();
      return;
    }
    if (this.#state === "waiting") {
      const first = frame.kind === "resize" ? frame.size : DEFAULT_SIZE;
      void this.#start(first);
    }
    if (this.#process) this.#deliver(frame, this.#process);
    else this.#early.push(frame);
  }

  #deliver(frame: ClientFrame, process: ContainerProcess): void {
    if (frame.kind === "stdin" && this.options.stdin) {
      if (!process.write(frame.bytes)) this.socket.pause();
    } else if (frame.kind === "close" && frame.channel === Channel.Stdin && this.options.stdin) {
      process.endInput();
    } else if (frame.kind === "resize") {
      process.resize(frame.size);
    }
  }

  /** The client has gone. A container would go on running what nobody watches; here it ends. */
  #onEnd(): void {
    this.#process?.kill();
    this.#finish();
  }

  #isOver(): boolean {
    return this.#state === "over";
  }

  #finish(): void {
    if (this.#state === "over") return;
    this.#state = "over";
    clearTimeout(this.#sizeTimer);
    this.#early = [];
    this.onOver();
  }
}

function reasonOf(error: unknown): string {
  return startFailure(error, "the container could not run the command").message;
}
