/**
 * The login plugins that a person has allowed, by the hash of what would run, in a file of theirs that nobody else may
 * write: who can write it can run programs as them anyway. Without a place for the file they are kept while Porthole runs.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writePrivateFile } from "#server/files/private-file.ts";
import type { Logger } from "#server/log.ts";
import type { Environment } from "../types.ts";
import type { Program } from "./plugin-program.ts";

const FILE = "allowed-plugins.json";
const MAX_ALLOWED = 1_000;

interface Allowed {
  /** For a person who reads the file; the hash is what counts. */
  command: string;
  path: string;
  at: string;
}

export class AllowedPlugins {
  #known: Promise<Map<string, Allowed>> | null = null;

  /** @param directory null: nothing is written */
  constructor(
    private readonly directory: string | null,
    private readonly log: Logger,
  ) {}

  async has(hash: string): Promise<boolean> {
    return (await this.#all()).has(hash);
  }

  async add({ hash, command, path }: Program): Promise<void> {
    const all = await this.#all();
    all.delete(hash);
    all.set(hash, { command, path, at: new Date().toISOString() });
    for (const oldest of all.keys()) if (all.size > MAX_ALLOWED) all.delete(oldest);
    await this.#save(all);
  }

  #all(): Promise<Map<string, Allowed>> {
    this.#known ??= this.#load();
    return this.#known;
  }

  async #load(): Promise<Map<string, Allowed>> {
    if (this.directory === null) return new Map();
    try {
      const content: unknown = JSON.parse(await readFile(join(this.directory, FILE), "utf8"));
      return new Map(Object.entries(content as Record<string, Allowed>));
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!missing)
        this.log.warn(`${join(this.directory, FILE)} cannot be read: plugins are asked about again`);
      return new Map();
    }
  }

  async #save(all: ReadonlyMap<string, Allowed>): Promise<void> {
    if (this.directory === null) return;
    const file = join(this.directory, FILE);
    try {
      await writePrivateFile(file, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.log.warn(`${file} cannot be written (${code}): the plugin is asked about again after a restart`);
    }
  }
}

/** Where a person's programs keep what they remember (XDG base directories). Null: there is no home. */
export function stateDirectory(flag: string | undefined, env: Environment): string | null {
  if (flag) return flag;
  const home = env.HOME || env.USERPROFILE;
  const base = env.XDG_STATE_HOME || (home && join(home, ".local", "state"));
  return base ? join(base, "porthole") : null;
}
