"use client";
import { useId } from "react";
import type { RunChoice } from "#components/terminal/session/run-choice.ts";
import { Input } from "#components/ui/control/input.tsx";
import { splitCommand } from "./split-command.ts";

/** No shell's name is one of these words. */
export const AUTOMATIC = "automatic";
export const COMMAND = "a command";
export const ATTACH = "the main process";

/** By how likely they are meant. */
const LINUX_SHELLS = ["bash", "sh", "/bin/sh", "ash", "zsh"];
const WINDOWS_SHELLS = ["powershell", "pwsh", "cmd"];

/** What the fields show; `command` is kept while another is looked at. */
export interface ShownChoice {
  kind: string;
  command: string;
}

export function shownChoice(run: RunChoice | undefined): ShownChoice {
  if (run?.kind === "command") return { kind: COMMAND, command: run.command.map(quoted).join(" ") };
  if (run?.kind === "attach") return { kind: ATTACH, command: "" };
  if (run?.kind !== "shell") return { kind: AUTOMATIC, command: "" };
  const listed = [...LINUX_SHELLS, ...WINDOWS_SHELLS].includes(run.shell);
  return listed ? { kind: run.shell, command: "" } : { kind: COMMAND, command: quoted(run.shell) };
}

/** Null: the command cannot be read. */
export function readChoice(
  { kind, command }: ShownChoice,
  streams: { stdin: boolean; tty: boolean },
): { choice: RunChoice | undefined } | null {
  if (kind === AUTOMATIC) return { choice: undefined };
  if (kind === ATTACH) return { choice: { kind: "attach", ...streams } };
  if (kind !== COMMAND) return { choice: { kind: "shell", shell: kind } };
  const words = splitCommand(command);
  return words === null || words.length === 0 ? null : { choice: { kind: "command", command: words } };
}

interface RunFieldsProps {
  choice: ShownChoice;
  windows: boolean | undefined;
  autofocus: boolean;
  onChange: (choice: ShownChoice) => void;
}

/** The system's own shells first; the other system's too, since a pod need not say which it is for. */
export function RunFields({ choice, windows, autofocus, onChange }: RunFieldsProps) {
  const id = useId();
  const shells = windows ? [...WINDOWS_SHELLS, ...LINUX_SHELLS] : [...LINUX_SHELLS, ...WINDOWS_SHELLS];
  const radio = (kind: string, label = kind) => (
    <label key={kind} className="flex min-h-7 items-center gap-2">
      <input
        type="radio"
        name={id}
        className="size-3.5 accent-(--accent)"
        checked={choice.kind === kind}
        data-autofocus={(autofocus && choice.kind === kind) || undefined}
        onChange={() => onChange({ ...choice, kind })}
      />
      <span className={kind === label ? "font-mono text-mono" : ""}>{label}</span>
    </label>
  );
  return (
    <fieldset>
      <legend className="mb-1 text-dim text-sm">Start</legend>
      {radio(AUTOMATIC, "The best shell there is")}
      <div className="grid grid-cols-3 gap-x-3">{shells.map((shell) => radio(shell))}</div>
      {radio(COMMAND, "A command")}
      {choice.kind === COMMAND && (
        <Input
          aria-label="Command"
          placeholder="/busybox/sh, or psql -U app"
          className="mb-1 font-mono"
          value={choice.command}
          onChange={(event) => onChange({ ...choice, command: event.target.value })}
        />
      )}
      {radio(ATTACH, "Nothing: attach to the main process")}
    </fieldset>
  );
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
