/**
 * What a plugin's entry would run: the file that its command leads to now, and the hash under which a person allows it.
 * The file is found once and that path is run, so that what was judged is what runs.
 */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Environment } from "../types.ts";
import type { ExecCluster } from "./exec-credential.ts";

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

export interface Program {
  command: string;
  path: string;
  args: readonly string[];
  env: readonly { name: string; value: string }[];
  hash: string;
}

/** @param env whose PATH is looked at: that of Porthole, as in Go, and not the plugin's own */
export async function programOf(config: ExecPluginConfig, env: Environment): Promise<Program> {
  const { command, args, env: variables } = config;
  const path = await findProgram(command, env);
  const sorted = [...variables]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value }) => [name, value]);
  const hash = createHash("sha256")
    .update(JSON.stringify([command, path, args, sorted]))
    .digest("hex");
  return { command, path, args, env: variables, hash };
}

/** The command itself when there is no such file: starting it then says what is wrong. */
export async function findProgram(command: string, env: Environment): Promise<string> {
  // Windows looks for endings as well, which its own search does.
  if (command.includes("/") || process.platform === "win32") return command;
  for (const dir of (env.PATH ?? "").split(delimiter)) {
    // As in Go since 1.19: what lies in the working directory is not found by its name.
    if (!isAbsolute(dir)) continue;
    const path = join(dir, command);
    if (await isProgram(path)) return path;
  }
  return command;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
