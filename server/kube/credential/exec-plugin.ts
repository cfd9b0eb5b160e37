/**
 * A credential plugin of the kubeconfig (`user.exec`): run when a credential is needed, one run for all who wait,
 * kept until it expires, and run again after a 401. Behaves as k8s.io/client-go plugin/pkg/client/auth/exec, but for what
 * a page asks by itself again and again: after a failure that starts no run before a growing pause is over, and a person
 * is asked before the first. Next hop: exec-process.ts; the page looks on through login-state.ts.
 */
import type { CredentialAction, CredentialInfo, PluginProgram } from "#protocol/credential.ts";
import { redact } from "#server/log.ts";
import { KubeError } from "../errors.ts";
import type { Environment, Login } from "../types.ts";
import type { Credential, CredentialSource } from "./credentials.ts";
import { execInfo, type PluginCredential, parseExecCredential } from "./exec-credential.ts";
import { type ProcessLimits, type ProcessOutcome, runProcess } from "./exec-process.ts";
import { GrowingPause } from "./growing-pause.ts";
import { LoginState } from "./login-state.ts";
import { OPEN_GATE, type PluginGate } from "./plugin-gate.ts";
import { type ExecPluginConfig, type Program, programOf } from "./plugin-program.ts";
import { keepPluginSecrets, pluginFailure } from "./plugin-words.ts";
import { StderrLines } from "./stderr-lines.ts";

/** The time is that of a plugin which nobody looks at; nothing else waits for it. */
export const PLUGIN_LIMITS: ProcessLimits = {
  timeLimitMs: 60_000,
  // kubectl has no limit; a credential is some KiB.
  maxStdoutBytes: 4 * 1024 * 1024,
  maxStderrBytes: 4 * 1024,
};
/** While a person looks on, who may have to find their phone first. */
const LOGIN_LIMIT_MS = 5 * 60_000;
/** How often is looked whether the person is still there. */
const WATCH_PERIOD_MS = 5_000;
/** Between runs that no person asked for. */
const FIRST_PAUSE_MS = 30_000;
const MAX_PAUSE_MS = 10 * 60_000;
/** A server that refuses every credential must not make us start processes as fast as pages ask. */
const FIRST_RERUN_PAUSE_MS = 1_000;
const MAX_RERUN_PAUSE_MS = 60_000;
/** Ours, and of no use to a plugin. */
const WITHHELD_VARIABLES = ["PORTHOLE_TOKEN"];

export interface PluginRules {
  gate: PluginGate;
  /** While a person looks on. */
  loginLimitMs: number;
}

export class ExecPlugin implements CredentialSource, Login {
  #kept: PluginCredential | null = null;
  #running: Promise<Credential> | null = null;
  #waiting = 0;
  #stop: AbortController | null = null;
  /** The last run was, by a person. */
  #cancelled = false;
  #failure: KubeError | null = null;
  #asked: Program | null = null;
  #stderr = new StderrLines();
  readonly #state = new LoginState();
  readonly #pause = new GrowingPause(FIRST_PAUSE_MS, MAX_PAUSE_MS);
  readonly #rerunPause = new GrowingPause(FIRST_RERUN_PAUSE_MS, MAX_RERUN_PAUSE_MS);

  /** @param env the environment plugins inherit */
  constructor(
    private readonly config: ExecPluginConfig,
    private readonly env: Environment,
    private readonly limits: ProcessLimits = PLUGIN_LIMITS,
    private readonly rules: PluginRules = { gate: OPEN_GATE, loginLimitMs: LOGIN_LIMIT_MS },
  ) {
    keepPluginSecrets(config);
  }

  get login(): Login {
    return this;
  }

  async get(): Promise<Credential> {
    this.#waiting += 1;
    try {
      return await this.#had();
    } finally {
      this.#waiting -= 1;
    }
  }

  async #had(): Promise<Credential> {
    const kept = this.#kept;
    if (kept && (kept.expiresAt === null || Date.now() < kept.expiresAt)) return kept.credential;
    if (!this.#running && this.#failure && !this.#pause.over) throw this.#pausing(this.#failure);
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return await this.#running;
  }

  invalidate(refused: Credential): void {
    const kept = this.#kept?.credential;
    if (!kept || !this.#rerunPause.over) return;
    // Only what the plugin itself supplied tells whether the refused credential is the one kept here.
    const same = kept.authorization
      ? refused.authorization === kept.authorization
      : refused.certificate?.cert === kept.certificate?.cert;
    if (!same) return;
    this.#kept = null;
    // Refused soon after the last refusal: the plugin has nothing better.
    if (Date.now() - this.#rerunPause.until > MAX_RERUN_PAUSE_MS) this.#rerunPause.reset();
    this.#rerunPause.begin();
  }

  close(): void {
    this.#stop?.abort();
  }

  info(): CredentialInfo {
    return this.#state.look(this.#waiting, this.#state.now === "idle" ? [] : this.#stderr.lines());
  }

  next(version: number, signal: AbortSignal): Promise<void> {
    return this.#state.next(version, signal);
  }

  /** @throws KubeError INVALID for a permission of something else than what would run */
  async act(action: CredentialAction, hash: string | undefined): Promise<void> {
    if (action === "cancel") {
      this.#cancelled = this.#stop !== null;
      this.#stop?.abort();
      return;
    }
    if (action === "allow") {
      if (!this.#asked || this.#asked.hash !== hash) {
        throw new KubeError("INVALID", "What would run has changed since it was shown; look at it again.");
      }
      await this.rules.gate.allow(this.#asked);
    }
    this.#pause.reset();
    // The page's own requests wait for this run; nobody has to.
    void this.#had().catch(() => {});
  }

  async #run(): Promise<Credential> {
    const program = await programOf(this.config, this.env);
    await this.#permitted(program);
    const { apiVersion, command, cluster } = this.config;
    const env: Record<string, string | undefined> = { ...this.env };
    for (const name of WITHHELD_VARIABLES) delete env[name];
    for (const { name, value } of this.config.env) env[name] = value;
    env.KUBERNETES_EXEC_INFO = execInfo(apiVersion, await cluster?.());
    const started = Date.now();
    const outcome = await this.#watched(program, env, started);
    try {
      if (outcome.kind !== "exited" || outcome.code !== 0) throw this.#failureOf(outcome, started);
      this.#kept = parseExecCredential(outcome.stdout, apiVersion, command);
    } catch (error) {
      this.#failed(error as KubeError, outcome, program);
      throw error;
    }
    this.#failure = null;
    this.#pause.reset();
    this.#state.set("idle");
    return this.#kept.credential;
  }

  /** @throws KubeError CREDENTIAL when it is forbidden, or nobody has allowed it yet */
  async #permitted(program: Program): Promise<void> {
    const permission = await this.rules.gate.permission(program);
    if (permission.kind === "allowed") return;
    const shown = shownProgram(program);
    this.#asked = program;
    this.#stderr = new StderrLines();
    const plugin = `The credential plugin "${program.command}"`;
    if (permission.kind === "denied") {
      const problem = `${plugin} was not run: ${permission.why}.`;
      this.#state.set("failed", { program: shown, problem });
      throw new KubeError("CREDENTIAL", problem);
    }
    this.#state.set("asking", { program: shown, hash: program.hash });
    throw new KubeError(
      "CREDENTIAL",
      `${plugin} has not been allowed yet. Answer the question on Porthole's page, or start it with --credential-plugins allow.`,
    );
  }

  async #watched(program: Program, env: Environment, started: number): Promise<ProcessOutcome> {
    const stop = new AbortController();
    const stderr = new StderrLines();
    this.#stop = stop;
    this.#cancelled = false;
    this.#stderr = stderr;
    const { loginLimitMs } = this.rules;
    const timeLimitMs = Math.min(this.limits.timeLimitMs, loginLimitMs);
    this.#state.set("running", { program: shownProgram(program), until: started + loginLimitMs });
    const { path, command, args } = program;
    const outcome = await runProcess(
      { path, argv0: command, args, env },
      { ...this.limits, timeLimitMs },
      stop.signal,
      {
        onStderr: (chunk) => {
          stderr.push(chunk);
          this.#state.changed();
        },
        moreTimeMs: () =>
          this.#state.watched ? Math.min(WATCH_PERIOD_MS, started + loginLimitMs - Date.now()) : 0,
      },
    );
    this.#stop = null;
    return outcome;
  }

  #failureOf(outcome: ProcessOutcome, started: number): KubeError {
    const { maxStdoutBytes } = this.limits;
    const facts = { ms: Date.now() - started, maxStdoutBytes, byPerson: this.#cancelled };
    return pluginFailure(this.config, outcome, facts);
  }

  #failed(error: KubeError, outcome: ProcessOutcome, program: Program): void {
    if (outcome.kind === "canceled" && !this.#cancelled) {
      this.#state.set("idle");
      return;
    }
    this.#failure = error;
    // What a person stopped does not begin again by itself while they look at it.
    this.#pause.begin(this.#cancelled ? MAX_PAUSE_MS : 0);
    this.#state.set("failed", {
      program: shownProgram(program),
      problem: error.message,
      retryAt: this.#pause.until,
    });
  }

  /** What a page or a kubectl is told that asks again by itself. */
  #pausing(failure: KubeError): KubeError {
    const seconds = Math.ceil((this.#pause.until - Date.now()) / 1_000);
    const again = `It is not run again by itself for ${seconds} seconds; "Try again" on Porthole's page runs it at once.`;
    return new KubeError("CREDENTIAL", `${failure.message}\n${again}`, { cause: failure });
  }
}

function shownProgram({ command, path, args, env }: Program): PluginProgram {
  return { command, path, args: args.map(redact), env: env.map(({ name }) => name) };
}
