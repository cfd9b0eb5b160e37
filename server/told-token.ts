/**
 * How whoever started Porthole learns the launch token: by the link on standard output, and in a cluster, where that is a
 * log which many may read, by a file (threats.md A37).
 */
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "#server/config/config.ts";
import { ConfigError } from "#server/config/config-error.ts";
import { makeFolder } from "#server/files/make-folder.ts";
import { stateDirectory } from "#server/kube/credential/allowed-plugins.ts";

const FILE = "launch-token";
const OWNER_ONLY = 0o600;
const OWNER_ONLY_DIRECTORY = 0o700;

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
  if (!directory || !file) throw refusal("there is no folder for it");
  const next = `${file}.${process.pid}`;
  try {
    await makeFolder(directory, OWNER_ONLY_DIRECTORY);
    // By rename: an older file keeps its rights when it is written to, and may be a link. In a container every start has
    // the same process id, also the one that was killed at this line.
    await rm(next, { force: true });
    await writeFile(next, `${token}\n`, { mode: OWNER_ONLY, flag: "wx" });
    await rename(next, file);
  } catch (error) {
    throw refusal(`${file} cannot be written (${(error as NodeJS.ErrnoException).code})`, error);
  }
  return { fragment: "", note: `in a cluster the launch token is not printed: it is in ${file}` };
}
