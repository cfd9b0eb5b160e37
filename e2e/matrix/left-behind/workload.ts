/** What runs in the container when its client leaves, and how what is left of it is counted: by its command line. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

export interface Workload {
  /** As kubectl is told: the flags and what the command does. */
  name: string;
  subresource: "exec" | "attach";
  stdin: boolean;
  tty: boolean;
  /** For `sh -c`; attach has the container's own. */
  script: string;
}

/** In their output once they run. */
export const RUNS = /runs|attached/;

const PRINTS = "while :; do echo runs; sleep 0.3; done";
const READS = "echo runs; cat >/dev/null; :";
const SLEEPS = "echo runs; sleep 60; :";
const NONE = { stdin: false, tty: false };
const PIPE = { stdin: true, tty: false };
const TERMINAL = { stdin: true, tty: true };

export const WORKLOADS: readonly Workload[] = [
  { name: "exec, prints", subresource: "exec", script: PRINTS, ...NONE },
  { name: "exec -i, prints", subresource: "exec", script: PRINTS, ...PIPE },
  { name: "exec -i, reads", subresource: "exec", script: READS, ...PIPE },
  { name: "exec -i, sleeps", subresource: "exec", script: SLEEPS, ...PIPE },
  { name: "exec -it, prints", subresource: "exec", script: PRINTS, ...TERMINAL },
  { name: "exec -it, reads", subresource: "exec", script: READS, ...TERMINAL },
  { name: "attach", subresource: "attach", script: "", ...NONE },
  { name: "attach -it", subresource: "attach", script: "", ...TERMINAL },
];

/** One run of a workload, told apart from every other process of this machine. */
export class MarkedRun {
  readonly #mark = `mark-${randomBytes(8).toString("hex")}`;
  readonly #before: ReadonlySet<number>;
  readonly #load: Workload;
  /** Of an attached run, which has the command line of every other. */
  #attached: number[] = [];

  /** @param cluster the process whose children the containers' processes are */
  constructor(
    load: Workload,
    private readonly cluster: number,
  ) {
    this.#load = load;
    this.#before = new Set(this.#attachedNow());
  }

  get command(): string[] {
    return ["sh", "-c", `: ${this.#mark}; ${this.#load.script}`];
  }

  /** Before another run is started: its own process is the one that is new. */
  started(): void {
    if (this.#load.subresource === "attach")
      this.#attached = this.#attachedNow().filter((pid) => !this.#before.has(pid));
    if (this.pids().length === 0) throw new Error("the command does not run");
  }

  /** What is left of it. */
  pids(): number[] {
    if (this.#load.subresource === "attach") {
      const now = new Set(this.#attachedNow());
      return this.#attached.filter((pid) => now.has(pid));
    }
    const start = `sh\0-c\0: ${this.#mark};`;
    return processes().filter((pid) => commandLine(pid).startsWith(start));
  }

  end(): void {
    for (const pid of this.pids()) process.kill(pid, "SIGKILL");
  }

  #attachedNow(): number[] {
    return processes().filter(
      (pid) => commandLine(pid).includes("echo attached") && parentOf(pid) === this.cluster,
    );
  }
}

function processes(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Of one that has ended it is empty. */
function commandLine(pid: number): string {
  return read(`/proc/${pid}/cmdline`);
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1]);
}

/** The processes that one has started. */
export function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean).map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
