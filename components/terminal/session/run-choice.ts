/** What is started in a container, as a person chose it, and what the server is asked for. */
import type { SessionRequest } from "#protocol/api.ts";

/** Absent where none of these was chosen: the container's best shell. */
export type RunChoice =
  | { kind: "shell"; shell: string }
  | { kind: "command"; command: string[] }
  /** The container's main process, with what the pod's spec gave it. */
  | { kind: "attach"; stdin: boolean; tty: boolean };

export type RunRequest = Pick<SessionRequest, "command" | "shell" | "attach" | "stdin" | "tty">;

/** What runtimes say of a command that is not there: runc and containerd, CRI-O, Windows. */
const MISSING = /no such file or directory|executable file .*not found|cannot find the file specified/i;

/**
 * One after another, until one is there. The second is for an image whose PATH leads past its shell, or a Windows one
 * without PowerShell; a person's own choice is tried alone.
 */
export function runRequests(run: RunChoice | undefined, windows: boolean): RunRequest[] {
  switch (run?.kind) {
    case undefined:
      return windows ? [{ shell: "powershell" }, { shell: "cmd" }] : [{}, { shell: "/bin/sh" }];
    case "shell":
      return [{ shell: run.shell }];
    case "command":
      return [{ command: run.command }];
    case "attach":
      return [{ attach: true, stdin: run.stdin, tty: run.tty }];
  }
}

export function isMissingCommand(message: string): boolean {
  return MISSING.test(message);
}

/** What a browser kept, or nothing: another version may have written it. */
export function readRun(value: unknown): RunChoice | undefined {
  const run = value as Partial<Record<string, unknown>> | null | undefined;
  if (run?.kind === "shell" && typeof run.shell === "string") return { kind: "shell", shell: run.shell };
  if (run?.kind === "attach") return { kind: "attach", stdin: run.stdin === true, tty: run.tty === true };
  const { command } = run ?? {};
  const isArgv =
    Array.isArray(command) && command.length > 0 && command.every((one) => typeof one === "string");
  return run?.kind === "command" && isArgv ? { kind: "command", command } : undefined;
}
