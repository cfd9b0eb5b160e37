/** From the flags to the rules under which login plugins run. */
import type { Logger } from "#server/log.ts";
import { AllowedPlugins, stateDirectory } from "../credential/allowed-plugins.ts";
import type { PluginRules } from "../credential/exec-plugin.ts";
import { type PluginMode, PolicyGate } from "../credential/plugin-gate.ts";
import type { Environment } from "../types.ts";
import { KubercPolicy } from "./plugin-policy.ts";

export interface PluginFlags {
  credentialPlugins: PluginMode;
  loginTimeoutMs: number;
  stateDir?: string | undefined;
}

export function pluginRules(flags: PluginFlags, env: Environment, log: Logger): PluginRules {
  const allowed = new AllowedPlugins(stateDirectory(flags.stateDir, env), log);
  return {
    gate: new PolicyGate(flags.credentialPlugins, new KubercPolicy(env), allowed),
    loginLimitMs: flags.loginTimeoutMs,
  };
}
