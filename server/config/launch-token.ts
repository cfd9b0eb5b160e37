/** The launch token: a fresh one, or the person's own from a file, from standard input or, with a warning, in the open. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { ConfigError, shown } from "./config-error.ts";
import { MIN_TOKEN_CHARS, type Settings } from "./options.ts";
import type { TokenSource } from "./settings.ts";
import { readConfigFile } from "./values.ts";
import { weaknessOf } from "./weak-token.ts";

const LAUNCH_TOKEN_BYTES = 32;
const MAX_TOKEN_CHARS = 512;
const MAX_TOKEN_FILE_BYTES = 4 * 1024;
/** Whoever pipes a token in does it at once. */
const INPUT_LIMIT_MS = 2_500;
const READABLE_BY_OTHERS = 0o077;
/** In the place of a path; a message that named it would put it into a log. */
const LOOKS_LIKE_A_TOKEN = /^[\w~+=-]{16,}$/;
/** Standard input by its other names, which open() cannot open when it is a socket. */
const STANDARD_INPUT = /^(-|\/dev\/stdin|\/dev\/fd\/0|\/proc\/self\/fd\/0)$/;

export interface LaunchToken {
  token: string;
  /** A file of the person's own: nobody has to be told where it is. */
  given: boolean;
  warnings: string[];
}

/** @throws ConfigError */
export async function readLaunchToken(
  settings: Settings,
  from: TokenSource,
  input: Readable & { isTTY?: boolean },
  env: NodeJS.ProcessEnv,
): Promise<LaunchToken> {
  const { token, "token-file": file } = settings;
  if (typeof token === "string") {
    const warnings = await warningsOf(settings, from, env);
    return { token: checked("--token", token), given: true, warnings };
  }
  if (typeof file !== "string") {
    return { token: randomBytes(LAUNCH_TOKEN_BYTES).toString("base64url"), given: false, warnings: [] };
  }
  if (STANDARD_INPUT.test(file)) {
    const text = await readInput(input);
    return { token: checked("--token-file -", text.trim()), given: true, warnings: [] };
  }
  if (LOOKS_LIKE_A_TOKEN.test(file) && !existsSync(file)) {
    throw new ConfigError(
      "--token-file names a file, and there is none of that name: is it the token itself?",
    );
  }
  const text = await readConfigFile("--token-file", file, MAX_TOKEN_FILE_BYTES);
  const stored = checked(`--token-file ${shown(file)}`, text.trim());
  return { token: stored, given: true, warnings: await warningsOfFile("--token-file", file, env) };
}

function checked(where: string, token: string): string {
  const advice = "make one with: openssl rand -hex 32";
  if (token === "") throw new ConfigError(`${where} is empty: ${advice}`);
  if (token.length < MIN_TOKEN_CHARS)
    throw new ConfigError(`${where} needs at least ${MIN_TOKEN_CHARS} characters: ${advice}`);
  if (token.length > MAX_TOKEN_CHARS)
    throw new ConfigError(`${where} is longer than ${MAX_TOKEN_CHARS} characters: ${advice}`);
  if (!/^[\w.~+/=-]+$/.test(token))
    throw new ConfigError(`${where} may hold letters, digits and . _ ~ + / = - only: ${advice}`);
  const weakness = weaknessOf(token);
  if (weakness) throw new ConfigError(`${where} is guessed at once, it ${weakness}: ${advice}`);
  return token;
}

/** threats.md A37 */
async function warningsOf(
  { config }: Settings,
  from: TokenSource,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  if (from === "flag") {
    return [
      "--token stood in the list of processes, and stands there still for npm and the shell that started Porthole: use --token-file",
    ];
  }
  if (from === "environment") {
    return ["PORTHOLE_TOKEN is still in the environment of what started Porthole: use PORTHOLE_TOKEN_FILE"];
  }
  return typeof config === "string" ? await warningsOfFile("--config", config, env) : [];
}

async function warningsOfFile(flag: string, file: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const { mode } = await stat(file);
  // Windows has no such bits, and a mounted secret belongs to its pod alone.
  const mounted = env.KUBERNETES_SERVICE_HOST !== undefined;
  if (process.platform === "win32" || mounted || (mode & READABLE_BY_OTHERS) === 0) return [];
  return [`${flag} ${shown(file)} holds the launch token and can be read by other users: chmod 600 it`];
}

function readInput(input: Readable & { isTTY?: boolean }): Promise<string> {
  if (input.isTTY) {
    throw new ConfigError("--token-file - is standard input, which is a terminal: pipe the token in");
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const limit = setTimeout(
      () => end(new ConfigError(`--token-file - did not end within ${INPUT_LIMIT_MS / 1_000} s`)),
      INPUT_LIMIT_MS,
    );
    const end = (error?: ConfigError) => {
      clearTimeout(limit);
      input.destroy();
      if (error) reject(error);
      else resolve(Buffer.concat(chunks).toString("utf8"));
    };
    input.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > MAX_TOKEN_FILE_BYTES)
        end(new ConfigError(`--token-file - is larger than ${MAX_TOKEN_FILE_BYTES} bytes`));
    });
    input.once("end", () => end());
    input.once("error", (cause) => end(new ConfigError("--token-file - cannot be read", { cause })));
  });
}
