/** Reads single values: choices, numbers, and files that a flag names. */
import { FileError, readBounded } from "#server/files/bounded-file.ts";
import { ConfigError, shown } from "./config-error.ts";
import { DEFAULT_PORT } from "./options.ts";

const MAX_PORT = 65_535;
const MAX_SECONDS = 3_600;

/** @param choices the first is what counts when nothing is said */
export function readChoice<T extends string>(
  flag: string,
  value: string | undefined,
  choices: readonly T[],
): T {
  const chosen = choices.find((choice) => choice === (value ?? choices[0]));
  if (chosen === undefined)
    throw new ConfigError(`${flag} is ${choices.join(" or ")}, not ${shown(value ?? "")}`);
  return chosen;
}

export function readPort(value: string | undefined): number {
  if (value === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port <= MAX_PORT)) {
    throw new ConfigError(`--port is a number from 0 to ${MAX_PORT}, not ${shown(value)}`);
  }
  return port;
}

/** @returns milliseconds */
export function readSeconds(
  flag: string,
  value: string | undefined,
  { min, fallback }: { min: number; fallback: number },
): number {
  if (value === undefined) return fallback * 1_000;
  const seconds = /^\d{1,4}$/.test(value) ? Number(value) : -1;
  if (seconds >= min && seconds <= MAX_SECONDS) return seconds * 1_000;
  throw new ConfigError(`${flag} is a number of seconds from ${min} to ${MAX_SECONDS}, not ${shown(value)}`);
}

/** Text in UTF-8, whatever the file is: a folder, a pipe, a device. @throws ConfigError */
export async function readConfigFile(flag: string, path: string, maxBytes: number): Promise<string> {
  const named = `${flag} ${shown(path)}`;
  let bytes: Buffer;
  try {
    bytes = await readBounded(path, maxBytes);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const why = WORDS[error.code as keyof typeof WORDS] ?? `it ${error.message}`;
    throw new ConfigError(`${named} cannot be read: ${why}`, { cause: error });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigError(`${named} cannot be read: it is not text`, { cause: error });
  }
}

const WORDS = {
  MISSING: "there is no such file",
  DENIED: "permission denied",
} as const;
