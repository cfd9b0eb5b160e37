/** Porthole's program as a process of its own, from the sources: what others see of it, and how it refuses to start. */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = join(dirname(fileURLToPath(import.meta.url)), "main.ts");
const COMMAND = ["--import", "tsx", MAIN];
const READY = /^Porthole is ready at (\S+)$/m;
const START_TIMEOUT_MS = 30_000;

export interface Ended {
  /** Null: it was killed, because it was neither ready nor at its end. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface StartOptions {
  env?: Record<string, string>;
  /** Of standard input; absent: it stays open and silent. */
  input?: string;
  /** In the place of a pipe that is read. */
  stdout?: number;
}

export class StartedProcess {
  readonly output = { stdout: "", stderr: "" };
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;

  constructor(flags: readonly string[], { env = {}, input, stdout }: StartOptions = {}) {
    const { PATH, HOME } = process.env;
    this.#child = spawn(process.execPath, [...COMMAND, ...flags], {
      env: { PATH, HOME, ...env } as unknown as NodeJS.ProcessEnv,
      stdio: ["pipe", stdout ?? "pipe", "pipe"],
      timeout: START_TIMEOUT_MS,
    });
    for (const name of ["stdout", "stderr"] as const) {
      this.#child[name]?.setEncoding("utf8").on("data", (text: string) => {
        this.output[name] += text;
      });
    }
    this.#child.stdin?.on("error", () => {});
    if (input !== undefined) this.#child.stdin?.end(input);
    this.ended = new Promise((resolve) =>
      this.#child.once("close", (code) => resolve({ code, ...this.output })),
    );
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The ready line's URL. Rejects with what it said when it ends before. */
  ready(): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const url = READY.exec(this.output.stdout)?.[1];
        if (url) resolve(url);
      };
      this.#child.stdout?.on("data", look);
      look();
      void this.ended.then(({ code, stderr }) => reject(new Error(`it ended with ${code}: ${stderr}`)));
    });
  }

  /** As Ctrl-C does, which does not wait for who is connected. */
  async stop(): Promise<Ended> {
    this.#child.kill("SIGINT");
    return await this.ended;
  }
}
