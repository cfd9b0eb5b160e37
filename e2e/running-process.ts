/** A program that a test starts, waits for, and stops by its own process id. */
import { type ChildProcess, spawn } from "node:child_process";

/** Enough of the output to say why a start failed. */
const KEPT_OUTPUT_CHARS = 64 * 1024;
const READY_TIMEOUT_MS = 60_000;
/** Shutting down flushes streams; a program that takes longer than this hangs. */
const STOP_TIMEOUT_MS = 10_000;

export interface RunOptions {
  /** Set on top of this process's environment; undefined removes. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** How long to wait for the ready pattern. */
  readyTimeoutMs?: number;
}

export class RunningProcess {
  readonly #kept = { stdout: "", stderr: "" };
  readonly #closed: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
  ) {
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        this.#kept[name] = (this.#kept[name] + text).slice(-KEPT_OUTPUT_CHARS);
      });
    }
    this.#closed = new Promise((resolve) => child.once("close", () => resolve()));
  }

  /** Starts a program and waits until its output matches `ready`. Rejects, with the output, when it ends before. */
  static async start(
    command: readonly string[],
    ready: RegExp,
    options: RunOptions = {},
  ): Promise<{ process: RunningProcess; match: RegExpExecArray }> {
    const [program = "", ...args] = command;
    const env = { ...process.env, ...options.env };
    const child = spawn(program, args, { env, cwd: options.cwd, stdio: ["ignore", "pipe", "pipe"] });
    const running = new RunningProcess(child, [program, ...args].join(" "));
    try {
      return { process: running, match: await running.#waitFor(ready, options.readyTimeoutMs) };
    } catch (error) {
      await running.stop();
      throw error;
    }
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} was not started`);
    return this.child.pid;
  }

  /** The last of what it printed. */
  get stdout(): string {
    return this.#kept.stdout;
  }

  get stderr(): string {
    return this.#kept.stderr;
  }

  /** The exit status, once it has ended by itself. */
  get exitCode(): number | null {
    return this.child.exitCode;
  }

  get #output(): string {
    return `${this.stdout}${this.stderr}`;
  }

  /**
   * SIGTERM or another signal, and SIGKILL for one that hangs: then the promise rejects, because hanging is a fault. So is leaving a
   * process behind, which would still hold the output open.
   */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null)
      return;
    this.child.kill(signal);
    let hung = false;
    const limit = setTimeout(() => {
      hung = true;
      this.child.kill("SIGKILL");
      this.child.stdout?.destroy();
      this.child.stderr?.destroy();
    }, STOP_TIMEOUT_MS);
    await this.#closed;
    clearTimeout(limit);
    if (hung)
      throw new Error(`${this.name} did not end within ${STOP_TIMEOUT_MS} ms of ${signal}\n${this.#output}`);
  }

  #waitFor(ready: RegExp, timeoutMs = READY_TIMEOUT_MS): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        cleanUp();
        reject(new Error(`${this.name} ${why}; it printed:\n${this.#output}`));
      };
      const look = () => {
        const match = ready.exec(this.#output);
        if (!match) return;
        cleanUp();
        resolve(match);
      };
      const onError = (error: Error) => fail(`could not be started (${error.message})`);
      const onExit = () => fail("ended before it was ready");
      const limit = setTimeout(() => fail(`was not ready after ${timeoutMs} ms`), timeoutMs);
      const cleanUp = () => {
        clearTimeout(limit);
        this.child.off("error", onError).off("close", onExit);
        for (const stream of [this.child.stdout, this.child.stderr]) stream?.off("data", look);
      };
      this.child.once("error", onError).once("close", onExit);
      for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", look);
    });
  }
}
