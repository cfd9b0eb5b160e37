/**
 * Whether a login plugin may run: kubectl's own policy first (kuberc), then the person, who is asked before the first
 * run and whose answer is kept by what would run (threats.md A31). Next hop: exec-plugin.ts.
 */
import type { AllowedPlugins } from "./allowed-plugins.ts";
import type { Program } from "./plugin-program.ts";

/** `ask`: nobody has allowed it yet. */
export type Permission = { kind: "allowed" } | { kind: "ask" } | { kind: "denied"; why: string };

export interface PluginGate {
  permission(program: Program): Promise<Permission>;
  /** A person allowed it. */
  allow(program: Program): Promise<void>;
}

export interface PluginPolicy {
  /** Why this program may not run, in words; null when it may. */
  refusal(program: Program): Promise<string | null>;
}

/** `--credential-plugins`. `allow` is kubectl's way: what the kubeconfig names is run. */
export type PluginMode = "ask" | "allow" | "deny";

export class PolicyGate implements PluginGate {
  constructor(
    private readonly mode: PluginMode,
    private readonly policy: PluginPolicy,
    private readonly allowed: AllowedPlugins,
  ) {}

  async permission(program: Program): Promise<Permission> {
    if (this.mode === "deny")
      return { kind: "denied", why: "Porthole was started with --credential-plugins deny" };
    const why = await this.policy.refusal(program);
    if (why !== null) return { kind: "denied", why };
    if (this.mode === "allow" || (await this.allowed.has(program.hash))) return { kind: "allowed" };
    return { kind: "ask" };
  }

  allow(program: Program): Promise<void> {
    return this.allowed.add(program);
  }
}

/** For who started a command for just this: the doctor, and tests. */
export const OPEN_GATE: PluginGate = {
  permission: async () => ({ kind: "allowed" }),
  allow: async () => {},
};
