/** A real kubectl, run to its end or as long as a test needs it. */
import { type ProgramResult, runProgram } from "../run-program.ts";
import { RunningProcess } from "../running-process.ts";

export class Kubectl {
  /**
   * @param binary path
   * @param flags where the cluster is: --kubeconfig, or --server and its credentials
   * @param home a folder of its own, for kubectl's caches
   * @param extraEnv more of its environment
   */
  constructor(
    private readonly binary: string,
    private readonly flags: readonly string[],
    private readonly home: string,
    private readonly extraEnv: Record<string, string> = {},
  ) {}

  command(args: readonly string[]): string[] {
    return [this.binary, ...this.flags, ...args];
  }

  get env(): Record<string, string | undefined> {
    // A kubeconfig of the person who runs the tests must not add to the flags.
    return { HOME: this.home, KUBECONFIG: `${this.home}/none`, ...this.extraEnv };
  }

  run(args: readonly string[], input = ""): Promise<ProgramResult> {
    return runProgram(this.command(args), this.env, { text: input, ends: true });
  }

  /** The same in a terminal of its own, as a person would: `script` allocates the tty. */
  runInTerminal(args: readonly string[], typed: string): Promise<ProgramResult> {
    const line = this.command(args).map(quote).join(" ");
    return runProgram(["script", "-qec", line, "/dev/null"], this.env, { text: typed, ends: false });
  }

  /** A command that goes on until it is stopped, once its output matches. */
  start(args: readonly string[], ready: RegExp) {
    return RunningProcess.start(this.command(args), ready, { env: this.env });
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
