/**
 * A credential plugin of the kubeconfig (`user.exec`): run when a credential is needed, one run for all who wait,
 * kept until it expires, and run again after a 401. Behaves as k8s.io/client-go plugin/pkg/client/auth/exec.
 */

import { KubeError } from "../errors.ts";
import type { Environment } from "../types.ts";
import type { Credential, CredentialSource } from "./credentials.ts";
import { type ExecCluster, execInfo, type PluginCredential, parseExecCredential } from "./exec-credential.ts";
import { type ProcessLimits, type ProcessOutcome, runProcess } from "./exec-process.ts";

/** Long enough for a plugin that opens a browser for a single sign-on; nothing else waits for it. */
export const PLUGIN_LIMITS: ProcessLimits = {
  timeLimitMs: 60_000,
  maxStdoutBytes: 64 * 1024,
  maxStderrBytes: 4 * 1024,
};
/** A server that refuses every credential must not make us start processes as fast as pages ask. */
const MIN_RERUN_INTERVAL_MS = 1_000;
const MAX_SHOWN_STDERR_CHARS = 1_000;
/** Ours, and of no use to a plugin. */
const WITHHELD_VARIABLES = ["PORTHOLE_TOKEN"];

export interface ExecPluginConfig {
  /** A name on PATH, or an absolute path. */
  command: string;
  args: string[];
  env: { name: string; value: string }[];
  apiVersion: string;
  installHint?: string;
  /** Called for each run when the plugin asks for cluster information; reads the CA file. */
  cluster?: () => Promise<ExecCluster>;
}

export class ExecPlugin implements CredentialSource {
  #kept: PluginCredential | null = null;
  #running: Promise<Credential> | null = null;
  #rerunAt = Number.NEGATIVE_INFINITY;
  #stop: AbortController | null = null;

  /** @param env the environment plugins inherit */
  constructor(
    private readonly config: ExecPluginConfig,
    private readonly env: Environment,
    private readonly limits: ProcessLimits = PLUGIN_LIMITS,
  ) {}

  get(): Promise<Credential> {
    const kept = this.#kept;
    if (kept && (kept.expiresAt === null || Date.now() < kept.expiresAt)) {
      return Promise.resolve(kept.credential);
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  invalidate(refused: Credential): void {
    const kept = this.#kept?.credential;
    if (!kept || Date.now() - this.#rerunAt < MIN_RERUN_INTERVAL_MS) return;
    // Only what the plugin itself supplied tells whether the refused credential is the one kept here.
    const same = kept.authorization
      ? refused.authorization === kept.authorization
      : refused.certificate?.cert === kept.certificate?.cert;
    if (!same) return;
    this.#kept = null;
    this.#rerunAt = Date.now();
  }

  close(): void {
    this.#stop?.abort();
  }

  async #run(): Promise<Credential> {
    const { command, args, apiVersion, cluster } = this.config;
    const env: Record<string, string | undefined> = { ...this.env };
    for (const name of WITHHELD_VARIABLES) delete env[name];
    for (const { name, value } of this.config.env) env[name] = value;
    env.KUBERNETES_EXEC_INFO = execInfo(apiVersion, await cluster?.());
    const stop = new AbortController();
    this.#stop = stop;
    const outcome = await runProcess(command, args, env, this.limits, stop.signal);
    if (outcome.kind !== "exited" || outcome.code !== 0) throw this.#failure(outcome);
    this.#kept = parseExecCredential(outcome.stdout, apiVersion, command);
    return this.#kept.credential;
  }

  #failure(outcome: ProcessOutcome): KubeError {
    const plugin = `The credential plugin "${this.config.command}"`;
    if (outcome.kind === "not-started") {
      const missing = outcome.errno === "ENOENT";
      const why = missing ? "is not installed, or not on PATH" : `cannot be started (${outcome.errno})`;
      const hint = this.config.installHint?.trim();
      return new KubeError("CREDENTIAL", `${plugin} ${why}.${missing && hint ? `\n${hint}` : ""}`);
    }
    const said = printable(outcome.stderr);
    return new KubeError(
      "CREDENTIAL",
      `${plugin} ${this.#describe(outcome)}${said ? `. It said: ${said}` : ", and it said nothing on stderr."}`,
    );
  }

  #describe(outcome: Exclude<ProcessOutcome, { kind: "not-started" }>): string {
    switch (outcome.kind) {
      case "exited":
        return `failed with exit code ${outcome.code}`;
      case "killed":
        return `was ended by ${outcome.signal}`;
      case "timeout":
        return `was stopped after ${this.limits.timeLimitMs / 1000} seconds without an answer`;
      case "too-much-output":
        return `was stopped because it printed more than ${this.limits.maxStdoutBytes} bytes`;
      case "canceled":
        return "was stopped because Porthole is shutting down";
    }
  }
}

/** The end of what a plugin wrote, without colours and other control characters. */
function printable(stderr: string): string {
  const plain = stderr
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal control sequences are what is removed
    .replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, "")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "")
    .trim();
  return plain.length > MAX_SHOWN_STDERR_CHARS ? `... ${plain.slice(-MAX_SHOWN_STDERR_CHARS)}` : plain;
}
