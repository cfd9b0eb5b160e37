/**
 * How whoever started Porthole learns the launch token: by the link on standard output, and in a cluster, where that is a
 * log which many may read, by a file (threats.md A37).
 */
import { join } from "node:path";
import type { Config } from "#server/config/config.ts";
import { ConfigError } from "#server/config/config-error.ts";
import { writePrivateFile } from "#server/files/private-file.ts";
import { stateDirectory } from "#server/kube/credential/allowed-plugins.ts";

const FILE = "launch-token";

export interface ToldToken {
  /** What the ready line has behind the origin. */
  fragment: string;
  /** For the log. */
  note: string | null;
}

/** @throws ConfigError where the token would reach nobody */
export async function tellToken(
  { token, tokenChosen, stateDir }: Pick<Config, "token" | "tokenChosen" | "stateDir">,
  env: NodeJS.ProcessEnv,
): Promise<ToldToken> {
  // Every pod has it, also one whose service account is not mounted.
  if (!env.KUBERNETES_SERVICE_HOST) return { fragment: `#t=${token}`, note: null };
  if (tokenChosen) {
    return { fragment: "", note: "in a cluster the launch token is not printed: it is the one given" };
  }
  const directory = stateDirectory(stateDir, env);
  const file = directory && join(directory, FILE);
  const refusal = (why: string, cause?: unknown) =>
    new ConfigError(
      `in a cluster the launch token is not printed, and ${why}: give --token-file, or a --state-dir that can be written`,
      { cause },
    );
  if (!file) throw refusal("there is no folder for it");
  try {
    await writePrivateFile(file, `${token}\n`);
  } catch (error) {
    throw refusal(`${file} cannot be written (${(error as NodeJS.ErrnoException).code})`, error);
  }
  return { fragment: "", note: `in a cluster the launch token is not printed: it is in ${file}` };
}
