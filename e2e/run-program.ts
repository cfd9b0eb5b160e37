import { spawn } from "node:child_process";

const RUN_TIMEOUT_MS = 45_000;

export interface ProgramResult {
  /** Null: it was killed, for example because it ran for longer than RUN_TIMEOUT_MS. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface ProgramInput {
  text: string;
  /** False: the input stays open, as a person's keyboard does. */
  ends: boolean;
}

/** Runs a program to its end, with variables on top of this process's own. */
export function runProgram(
  command: readonly string[],
  env: Record<string, string | undefined> = {},
  input: ProgramInput = { text: "", ends: true },
): Promise<ProgramResult> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: "pipe",
      timeout: RUN_TIMEOUT_MS,
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...output }));
    // A program that does not read its input has ended before it was written.
    child.stdin.on("error", () => {});
    if (input.ends) child.stdin.end(input.text);
    else child.stdin.write(input.text);
  });
}
