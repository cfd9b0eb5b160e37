/** What was set, and where: flags over environment over file (README.md, "Flags"). What a value means is config.ts's. */
import { parseArgs } from "node:util";
import { parse as parseYaml } from "yaml";
import { nestsDeeper } from "#server/files/nesting.ts";
import { ConfigError, shown } from "./config-error.ts";
import { nearestName } from "./nearest-name.ts";
import { FLAG_ONLY, type Name, NUMBERS, OPTIONS, type Settings } from "./options.ts";
import { readConfigFile } from "./values.ts";

const MAX_CONFIG_FILE_BYTES = 64 * 1024;
/** Names and values lie flat. */
const MAX_NESTING = 10;
/** Longer than any path or name that works. */
const MAX_VALUE_CHARS = 4_096;
/** What Kubernetes and Docker set for a service of our name: PORTHOLE_PORT=tcp://10.0.0.1:7654. */
export const SERVICE_LINK = /^(tcp|udp|sctp):\/\//;

/** As Node says it. */
const UNKNOWN_FLAG = /^Unknown option '--?([^']+)'/;

/** Where the launch token was given: in the open, which is warned of, or not at all. */
export type TokenSource = "flag" | "environment" | "file" | null;

/** @throws ConfigError */
export async function readSettings(
  argv: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ settings: Settings; tokenFrom: TokenSource }> {
  const flags = readFlags(argv);
  // A question is answered whatever else is wrong.
  const { help, version } = flags;
  if (help) return { settings: { help }, tokenFrom: null };
  if (version) return { settings: { version }, tokenFrom: null };
  const environment = readEnvironment(env);
  const path = flags.config ?? environment.config;
  const file = typeof path === "string" ? await readSettingsFile(path) : {};
  const settings: Settings = {};
  let tokenFrom: TokenSource = null;
  for (const [source, layer] of [
    ["file", file],
    ["environment", environment],
    ["flag", flags],
  ] as const) {
    const open = "token" in layer;
    const stored = "token-file" in layer;
    if (open && stored) throw new ConfigError("--token and --token-file say the same: give one of them");
    if (open || stored) {
      // The stronger place decides which of the two it is.
      delete settings.token;
      delete settings["token-file"];
      tokenFrom = open ? source : null;
    }
    Object.assign(settings, layer);
  }
  return { settings, tokenFrom };
}

function readFlags(argv: string[]): Settings {
  let values: Settings;
  try {
    values = parseArgs({ args: argv, options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const first = (error as Error).message.split(/\.(?:\s|$)/)[0] ?? "";
    const unknown = UNKNOWN_FLAG.exec(first)?.[1];
    const nearest = unknown === undefined ? null : nearestName(unknown);
    const meant = nearest ? `is --${nearest} meant? See --help` : "see --help";
    throw new ConfigError(`${shown(first)}; ${meant}`, { cause: error });
  }
  for (const [name, value] of Object.entries(values)) requireLength(`--${name}`, value);
  return values;
}

export function variableOf(name: string): string {
  return `PORTHOLE_${name.toUpperCase().replaceAll("-", "_")}`;
}

function readEnvironment(env: NodeJS.ProcessEnv): Settings {
  const values: Settings = {};
  for (const [name, option] of Object.entries(OPTIONS) as [Name, { type: string }][]) {
    const variable = variableOf(name);
    const value = env[variable];
    if (value === undefined || value === "" || FLAG_ONLY.has(name)) continue;
    if (name === "port" && SERVICE_LINK.test(value)) continue;
    requireLength(variable, value);
    values[name] = readValue(variable, option.type, value);
  }
  return values;
}

async function readSettingsFile(path: string): Promise<Settings> {
  const text = await readConfigFile("--config", path, MAX_CONFIG_FILE_BYTES);
  if (nestsDeeper(text, MAX_NESTING))
    throw new ConfigError(`--config ${shown(path)} must hold names and values, not lists in lists`);
  let parsed: unknown;
  try {
    parsed = parseYaml(text, { maxAliasCount: 0, logLevel: "error", prettyErrors: false }) ?? {};
  } catch (error) {
    const [first = ""] = (error as Error).message.split("\n");
    throw new ConfigError(`--config ${shown(path)} cannot be read: ${first}`, { cause: error });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(`--config ${shown(path)} must hold names and values`);
  }
  const values: Settings = {};
  for (const [name, value] of Object.entries(parsed)) {
    const known = Object.hasOwn(OPTIONS, name) && name !== "config" && !FLAG_ONLY.has(name as Name);
    if (!known) {
      const nearest = nearestName(name);
      const meant = nearest && nearest !== "config" ? `; is ${nearest} meant?` : "";
      throw new ConfigError(`--config ${shown(path)} holds an unknown name: ${shown(name)}${meant}`);
    }
    const where = `${name} in ${shown(path)}`;
    const text = textOf(where, name as Name, value);
    requireLength(where, text);
    values[name as Name] = readValue(where, OPTIONS[name as Name].type, text);
  }
  return values;
}

/** YAML makes numbers of what was meant as text: 0123456789012345 is none that has these digits. */
function textOf(where: string, name: Name, value: unknown): string {
  if (value === null || value === undefined) throw new ConfigError(`${where} is empty`);
  if (typeof value === "string") return value;
  if (typeof value === "boolean" && OPTIONS[name].type === "boolean") return String(value);
  if (typeof value === "number" && NUMBERS.has(name)) return String(value);
  if (typeof value === "object") throw new ConfigError(`${where} is one value, no list and no map`);
  throw new ConfigError(`${where} is a ${typeof value}: put it in quotes when it is meant as text`);
}

function requireLength(where: string, value: unknown): void {
  if (value === "") throw new ConfigError(`${where} is empty`);
  if (typeof value === "string" && value.length > MAX_VALUE_CHARS)
    throw new ConfigError(`${where} is longer than ${MAX_VALUE_CHARS} characters`);
}

function readValue(where: string, type: string, value: string): string | boolean {
  if (type === "string") return value;
  if (/^(1|true|yes)$/i.test(value)) return true;
  if (/^(0|false|no)$/i.test(value)) return false;
  throw new ConfigError(`${where} is true or false, not ${shown(value)}`);
}
