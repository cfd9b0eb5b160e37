/** Why a run of a login plugin came to nothing, in words. */
import { existsSync } from "node:fs";
import { neverLog } from "#server/log.ts";
import { KubeError } from "../errors.ts";
import type { ProcessOutcome } from "./exec-process.ts";
import type { ExecPluginConfig } from "./plugin-program.ts";
import { withoutControls } from "./stderr-lines.ts";

const MAX_SHOWN_STDERR_CHARS = 1_000;
const MAX_SHOWN_HINT_CHARS = 1_000;
const SECRET_NAME = /secret|token|passw|passphrase|api[-_]?key|private|credential/i;

export interface RunFacts {
  ms: number;
  maxStdoutBytes: number;
  /** A person stopped it; else Porthole did, on its way out. */
  byPerson: boolean;
}

export function pluginFailure(config: ExecPluginConfig, outcome: ProcessOutcome, facts: RunFacts): KubeError {
  const plugin = `The credential plugin "${config.command}"`;
  if (outcome.kind === "not-started") {
    const there = config.command.includes("/") && existsSync(config.command);
    const missing = outcome.errno === "ENOENT" && !there;
    const why = missing ? "is not installed, or not on PATH" : notStarted(outcome.errno);
    const hint = missing ? installHint(config.installHint ?? "") : "";
    return new KubeError("CREDENTIAL", `${plugin} ${why}.${hint && `\n${hint}`}`);
  }
  const said = printable(outcome.stderr);
  const what = describe(outcome, facts);
  return new KubeError(
    "CREDENTIAL",
    `${plugin} ${what}${said ? `. It said: ${said}` : ", and it said nothing on stderr."}`,
  );
}

/** Of a program that is there. */
function notStarted(errno: string): string {
  if (errno === "ENOENT")
    return "cannot be started: the interpreter that its first line names does not exist";
  if (errno === "EACCES") return "may not be run by this user (is it executable?)";
  return `cannot be started (${errno})`;
}

function describe(outcome: Exclude<ProcessOutcome, { kind: "not-started" }>, facts: RunFacts): string {
  switch (outcome.kind) {
    case "exited":
      return `failed with exit code ${outcome.code}`;
    case "killed":
      return `was ended by ${outcome.signal}`;
    case "timeout":
      return `was stopped after ${Math.round(facts.ms / 1000)} seconds without an answer`;
    case "too-much-output":
      return `was stopped because it printed more than ${facts.maxStdoutBytes} bytes`;
    case "canceled":
      return facts.byPerson ? "was cancelled" : "was stopped because Porthole is shutting down";
  }
}

/** The beginning of what the kubeconfig says, with its lines. */
function installHint(said: string): string {
  const plain = withoutControls(said).trim();
  return plain.length > MAX_SHOWN_HINT_CHARS ? `${plain.slice(0, MAX_SHOWN_HINT_CHARS)} ...` : plain;
}

/** The end of what a plugin wrote. */
function printable(stderr: string): string {
  const plain = withoutControls(stderr).trim();
  return plain.length > MAX_SHOWN_STDERR_CHARS ? `... ${plain.slice(-MAX_SHOWN_STDERR_CHARS)}` : plain;
}

/** Plugins repeat their arguments when they fail: what is a secret by its name is in no text (threats.md A18). */
export function keepPluginSecrets({ args, env }: Pick<ExecPluginConfig, "args" | "env">): void {
  for (const { name, value } of env) if (SECRET_NAME.test(name)) neverLog(value);
  for (const [index, arg] of args.entries()) {
    const [, name = "", value] = /^(-[^=]*)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (!SECRET_NAME.test(name)) continue;
    neverLog(value ?? args[index + 1] ?? "");
  }
}
