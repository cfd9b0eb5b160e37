/** What is started in a container, as a person chose it, and what the server is asked for. */
import type { SessionInfo, SessionRequest } from "#protocol/api.ts";

/** Absent where none of these was chosen: the container's best shell. */
export type RunChoice =
  | { kind: "shell"; shell: string }
  | { kind: "command"; command: string[] }
  /** The container's main process, with what the pod's spec gave it. */
  | { kind: "attach"; stdin: boolean; tty: boolean };

/** What runs in a terminal, as words and choices tell it apart. */
export type RunKind = "shell" | "command" | "attach";

export type RunRequest = Pick<SessionRequest, "command" | "shell" | "attach" | "stdin" | "tty">;

/** What runtimes say of a command that is not there: runc and containerd, CRI-O, Windows. */
const MISSING = /no such file or directory|executable file .*not found|cannot find the file specified/i;

export const WINDOWS_SHELLS: RunRequest[] = [{ shell: "powershell" }, { shell: "cmd" }];

/**
 * One after another, until one is there. The second is for an image whose PATH leads past its shell, or a Windows one
 * without PowerShell; a person's own choice is tried alone.
 */
export function runRequests(run: RunChoice | undefined, windows: boolean): RunRequest[] {
  switch (run?.kind) {
    case undefined:
      return windows ? WINDOWS_SHELLS : [{}, { shell: "/bin/sh" }];
    case "shell":
      return [{ shell: run.shell }];
    case "command":
      return [{ command: run.command }];
    case "attach":
      return [{ attach: true, stdin: run.stdin, tty: run.tty }];
  }
}

export function runKind(run: RunChoice | undefined): RunKind {
  return run?.kind ?? "shell";
}

/** Beside the pod's name. A shell is what is expected, and needs no word. */
export function runDetail(run: RunChoice | undefined): string {
  if (run?.kind === "attach") return "attached";
  return run?.kind === "command" ? (run.command[0]?.split("/").at(-1) ?? "") : "";
}

/** What was chosen for it, as far as the server tells: what begins when it is over is the same again. */
export function sessionRun({ run, attach, command }: SessionInfo): RunChoice | undefined {
  if (attach) return { kind: "attach", ...attach };
  return run === "command" ? { kind: "command", command } : undefined;
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
