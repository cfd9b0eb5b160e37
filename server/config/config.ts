/**
 * From the command line, the environment and a file to what Porthole does (README.md, "Flags"). Every fault is one line that
 * names what to change, and exit status 2. settings.ts finds what was said, values.ts and its neighbours what it means,
 * combinations.ts what does not go together.
 */
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { makeFolder } from "#server/files/make-folder.ts";
import { readHost, readPreviewDomain, readPublicUrl } from "./addresses.ts";
import { checkCombination } from "./combinations.ts";
import { ConfigError, shown } from "./config-error.ts";
import { readLaunchToken } from "./launch-token.ts";
import { DEFAULT_DRAIN_S, DEFAULT_LOGIN_TIMEOUT_S, type Name } from "./options.ts";
import { readSettings } from "./settings.ts";
import { readTls, type TlsFiles } from "./tls-files.ts";
import { warningsOfUnknown } from "./unknown-variables.ts";
import { readChoice, readPort, readSeconds } from "./values.ts";

export interface Config {
  kubeconfig: string | undefined;
  context: string | undefined;
  demo: boolean;
  /** The generation of clusters that the demo cluster acts as. */
  demoMode: "legacy" | "phase1" | "phase2";
  /** Whether the demo cluster is shown as all of its users, or as the admin and the viewer. */
  demoUsers: "two" | "all";
  host: string;
  port: number;
  token: string;
  /** By the person: its link may be opened again, and they know it. */
  tokenChosen: boolean;
  tls: TlsFiles | undefined;
  behindProxy: boolean;
  publicUrl: URL | undefined;
  previewDomain: string | undefined;
  open: boolean;
  logFormat: "text" | "json";
  /** Whether a login plugin of the kubeconfig may run: the person is asked before its first run, or it may, or it may not. */
  credentialPlugins: "ask" | "allow" | "deny";
  /** How long a login may take while a person looks on. */
  loginTimeoutMs: number;
  /** From SIGTERM until what is still open is ended. */
  drainMs: number;
  /** Refreshed tokens go into the kubeconfig they came from, where it may be written. */
  writeKubeconfig: boolean;
  /** What is remembered between two starts. Absent: the person's own place for it. */
  stateDir: string | undefined;
  dev: boolean;
  /** For the log, once there is one. */
  warnings: string[];
}

const OWNER_ONLY_DIRECTORY = 0o700;

/** What the command line asks instead of a start. */
export type Question = "help" | "version";

/**
 * @param argv without node and script
 * @throws ConfigError
 */
export async function readConfig(
  argv: string[],
  env: NodeJS.ProcessEnv,
  input: Readable & { isTTY?: boolean } = process.stdin,
): Promise<Config & { question: Question | null }> {
  const { settings, tokenFrom } = await readSettings(argv, env);
  const text = (name: Name) => (typeof settings[name] === "string" ? (settings[name] as string) : undefined);
  const behindProxy = settings["behind-proxy"] === true;
  const demo = settings.demo === true;
  const dev = settings.dev === true;
  const host = readHost(text("host"));
  const publicUrl = readPublicUrl(text("public-url"));
  const { tls, warnings } = await readTls(text("tls-cert"), text("tls-key"));
  checkCombination({ host, behindProxy, publicUrl, tls, demo, dev });
  const launch = await readLaunchToken(settings, tokenFrom, input, env);
  return {
    question: settings.help ? "help" : settings.version ? "version" : null,
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    demo,
    demoMode: readChoice("--demo-mode", text("demo-mode"), ["phase2", "phase1", "legacy"]),
    demoUsers: readChoice("--demo-users", text("demo-users"), ["two", "all"]),
    host,
    port: readPort(text("port")),
    token: launch.token,
    tokenChosen: launch.given,
    tls,
    behindProxy,
    publicUrl,
    previewDomain: readPreviewDomain(text("preview-domain")),
    open: settings["no-open"] !== true,
    logFormat: readChoice("--log-format", text("log-format"), ["text", "json"]),
    credentialPlugins: readChoice("--credential-plugins", text("credential-plugins"), [
      "ask",
      "allow",
      "deny",
    ]),
    loginTimeoutMs: readSeconds("--login-timeout", text("login-timeout"), {
      min: 1,
      fallback: DEFAULT_LOGIN_TIMEOUT_S,
    }),
    drainMs: readSeconds("--drain-seconds", text("drain-seconds"), { min: 0, fallback: DEFAULT_DRAIN_S }),
    writeKubeconfig: readChoice("--write-kubeconfig", text("write-kubeconfig"), ["auto", "never"]) === "auto",
    stateDir: await readStateDir(text("state-dir")),
    dev,
    warnings: [
      ...warnings,
      ...launch.warnings,
      ...(behindProxy && !publicUrl ? [NO_PUBLIC_URL] : []),
      ...warningsOfUnknown(env),
    ],
  };
}

const NO_PUBLIC_URL =
  "--behind-proxy is without --public-url: requests for another name than this machine's are refused (421)";

/** Made now: where it cannot be, what is allowed or told later would be lost without a word (threats.md A34). */
async function readStateDir(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const found = await stat(path)
    .catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      await makeFolder(path, OWNER_ONLY_DIRECTORY);
      return await stat(path);
    })
    .catch((cause: NodeJS.ErrnoException) => {
      throw new ConfigError(`--state-dir ${shown(path)} cannot be used (${cause.code})`, { cause });
    });
  if (!found.isDirectory()) throw new ConfigError(`--state-dir ${shown(path)} is not a folder`);
  return path;
}
