/** Flags over environment over file (README.md, "Flags"); every fault is one line that names what to change. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { parse as parseYaml } from "yaml";

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
  /** By the person: its link may be opened again. */
  tokenChosen: boolean;
  tls: { cert: string; key: string } | undefined;
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
}

/** A flag, variable or file that cannot be used; the message is the whole output, exit status 2. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "CONFIG";
}

const DEFAULT_PORT = 7654;
const DEFAULT_LOGIN_TIMEOUT_S = 300;
const MAX_LOGIN_TIMEOUT_S = 3_600;
/** Whoever reads it in a terminal understands it; supervisors kill after 10 s (Docker) or 30 s (Kubernetes). */
const DEFAULT_DRAIN_S = 5;
const MAX_DRAIN_S = 3_600;
const LAUNCH_TOKEN_BYTES = 32;
const MIN_TOKEN_CHARS = 16;
const MAX_CONFIG_FILE_BYTES = 64 * 1024;

const OPTIONS = {
  kubeconfig: { type: "string" },
  context: { type: "string" },
  demo: { type: "boolean" },
  "demo-mode": { type: "string" },
  "demo-users": { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  token: { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "behind-proxy": { type: "boolean" },
  "public-url": { type: "string" },
  "preview-domain": { type: "string" },
  "no-open": { type: "boolean" },
  "log-format": { type: "string" },
  "credential-plugins": { type: "string" },
  "login-timeout": { type: "string" },
  "drain-seconds": { type: "string" },
  "write-kubeconfig": { type: "string" },
  "state-dir": { type: "string" },
  config: { type: "string" },
  dev: { type: "boolean" },
  help: { type: "boolean" },
  version: { type: "boolean" },
} as const;

type Name = keyof typeof OPTIONS;
type Values = Partial<Record<Name, string | boolean>>;

export const USAGE = `Usage: npm start -- [flags]

  --kubeconfig FILE      as kubectl: KUBECONFIG (merged), ~/.kube/config, then in-cluster
  --context NAME         limit to one context
  --demo                 the embedded demo cluster (also used when no kubeconfig is found)
  --demo-mode MODE       act as an API server before 1.29 (legacy), of 1.34 (phase1) or of 1.36 (phase2)
  --demo-users all       also the demo users whose roles hold only get, or only create, on streams
  --host, --port         where to listen (127.0.0.1, ${DEFAULT_PORT}; port 0 picks a free one)
  --token T              the launch token (a fresh 256-bit one; at least ${MIN_TOKEN_CHARS} characters)
  --tls-cert FILE        serve HTTPS with this certificate
  --tls-key FILE         and this key
  --behind-proxy         TLS ends in front of Porthole
  --public-url URL       how browsers reach Porthole
  --preview-domain HOST  previews live on p-<id>.HOST
  --no-open              do not open a browser
  --log-format FORMAT    text or json
  --credential-plugins   ask before a login plugin of the kubeconfig runs for the first time; or allow, or deny
  --login-timeout SEC    how long a login plugin may take while a person looks on (${DEFAULT_LOGIN_TIMEOUT_S})
  --drain-seconds SEC    how long what is open goes on after SIGTERM (${DEFAULT_DRAIN_S}; Ctrl-C does not wait)
  --write-kubeconfig     auto: refreshed OIDC tokens go into your kubeconfig, as kubectl does; or never
  --state-dir DIR        what is remembered between two starts ($XDG_STATE_HOME/porthole)
  --config FILE          a YAML or JSON file with the same names

Each flag can be set as PORTHOLE_<NAME> as well, for example PORTHOLE_LOG_FORMAT=json.`;

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/**
 * @param argv without node and script
 * @throws ConfigError
 */
export function readConfig(
  argv: string[],
  env: NodeJS.ProcessEnv,
): Config & { help: boolean; version: boolean } {
  const flags = readFlags(argv);
  const environment = readEnvironment(env);
  const path = flags.config ?? environment.config;
  const values: Values = { ...(typeof path === "string" ? readFile(path) : {}), ...environment, ...flags };
  const text = (name: Name) => (typeof values[name] === "string" ? (values[name] as string) : undefined);

  const host = text("host") ?? "127.0.0.1";
  const tls = readTls(text("tls-cert"), text("tls-key"));
  const behindProxy = values["behind-proxy"] === true;
  if (!isLoopback(host) && !tls && !behindProxy) {
    throw new ConfigError(
      `--host ${host} is not loopback, so tokens would travel in the clear: give --tls-cert and --tls-key, or --behind-proxy when TLS ends in front`,
    );
  }
  const demo = values.demo === true;
  // Its containers are processes of this machine (threats.md B4).
  if (demo && !isLoopback(host))
    throw new ConfigError("--demo listens on loopback only: leave --host at 127.0.0.1");
  return {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    demo,
    demoMode: readChoice("--demo-mode", text("demo-mode"), ["phase2", "phase1", "legacy"]),
    demoUsers: readChoice("--demo-users", text("demo-users"), ["two", "all"]),
    host,
    port: readPort(text("port")),
    token: readToken(text("token")),
    tokenChosen: text("token") !== undefined,
    tls,
    behindProxy,
    publicUrl: readUrl(text("public-url")),
    previewDomain: readDomain(text("preview-domain")),
    open: values["no-open"] !== true,
    logFormat: readChoice("--log-format", text("log-format"), ["text", "json"]),
    credentialPlugins: readChoice("--credential-plugins", text("credential-plugins"), [
      "ask",
      "allow",
      "deny",
    ]),
    loginTimeoutMs:
      readSeconds("--login-timeout", text("login-timeout"), 1, MAX_LOGIN_TIMEOUT_S, DEFAULT_LOGIN_TIMEOUT_S) *
      1_000,
    drainMs: readSeconds("--drain-seconds", text("drain-seconds"), 0, MAX_DRAIN_S, DEFAULT_DRAIN_S) * 1_000,
    writeKubeconfig: readChoice("--write-kubeconfig", text("write-kubeconfig"), ["auto", "never"]) === "auto",
    stateDir: text("state-dir"),
    dev: values.dev === true,
    help: values.help === true,
    version: values.version === true,
  };
}

function readFlags(argv: string[]): Values {
  try {
    return parseArgs({ args: argv, options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const first = (error as Error).message.split(/\.(?:\s|$)/)[0];
    throw new ConfigError(`${first}; see --help`, { cause: error });
  }
}

function readEnvironment(env: NodeJS.ProcessEnv): Values {
  const values: Values = {};
  for (const [name, option] of Object.entries(OPTIONS) as [Name, { type: string }][]) {
    const variable = `PORTHOLE_${name.toUpperCase().replaceAll("-", "_")}`;
    const value = env[variable];
    if (value !== undefined && value !== "") values[name] = readValue(variable, option.type, value);
  }
  return values;
}

function readFile(path: string): Values {
  let parsed: unknown;
  try {
    const text = readFileSync(path, "utf8");
    if (text.length > MAX_CONFIG_FILE_BYTES) throw new ConfigError("it is larger than 64 KiB");
    parsed = parseYaml(text, { maxAliasCount: 0 }) ?? {};
  } catch (error) {
    throw new ConfigError(`--config ${path} cannot be read: ${firstLine(error)}`, { cause: error });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(`--config ${path} must hold names and values`);
  }
  const values: Values = {};
  for (const [name, value] of Object.entries(parsed)) {
    const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as Name] : undefined;
    if (!option || name === "config")
      throw new ConfigError(`--config ${path} holds an unknown name: ${name}`);
    values[name as Name] = readValue(`${name} in ${path}`, option.type, String(value));
  }
  return values;
}

function readValue(where: string, type: string, value: string): string | boolean {
  if (type === "string") return value;
  if (/^(1|true|yes)$/i.test(value)) return true;
  if (/^(0|false|no)$/i.test(value)) return false;
  throw new ConfigError(`${where} is true or false, not ${value}`);
}

/** @param choices the first is what counts when nothing is said */
function readChoice<T extends string>(flag: string, value: string | undefined, choices: readonly T[]): T {
  const chosen = choices.find((choice) => choice === (value ?? choices[0]));
  if (chosen === undefined) throw new ConfigError(`${flag} is ${choices.join(" or ")}, not ${value}`);
  return chosen;
}

function readPort(value: string | undefined): number {
  if (value === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port <= 65_535)) throw new ConfigError(`--port is a number from 0 to 65535, not ${value}`);
  return port;
}

function readSeconds(
  flag: string,
  value: string | undefined,
  min: number,
  max: number,
  fallback: number,
): number {
  if (value === undefined) return fallback;
  const seconds = /^\d{1,4}$/.test(value) ? Number(value) : -1;
  if (seconds >= min && seconds <= max) return seconds;
  throw new ConfigError(`${flag} is a number of seconds from ${min} to ${max}, not ${value}`);
}

function readToken(value: string | undefined): string {
  if (value === undefined) return randomBytes(LAUNCH_TOKEN_BYTES).toString("base64url");
  if (value.length < MIN_TOKEN_CHARS)
    throw new ConfigError(`--token needs at least ${MIN_TOKEN_CHARS} characters`);
  if (!/^[\w.~+/=-]+$/.test(value))
    throw new ConfigError("--token may hold letters, digits and . _ ~ + / = - only");
  return value;
}

function readTls(
  certFile: string | undefined,
  keyFile: string | undefined,
): { cert: string; key: string } | undefined {
  if (!certFile && !keyFile) return undefined;
  if (!certFile || !keyFile) throw new ConfigError("--tls-cert and --tls-key go together");
  const read = (flag: string, path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw new ConfigError(`${flag} ${path} cannot be read: ${firstLine(error)}`, { cause: error });
    }
  };
  return { cert: read("--tls-cert", certFile), key: read("--tls-key", keyFile) };
}

function readUrl(value: string | undefined): URL | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.username) {
    throw new ConfigError(`--public-url is an origin such as https://porthole.example.com, not ${value}`);
  }
  return url;
}

function readDomain(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (
    !/^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(:\d{1,5})?$/.test(value) ||
    isIP(value)
  ) {
    throw new ConfigError(`--preview-domain is a host name such as preview.example.dev, not ${value}`);
  }
  return value;
}

function firstLine(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "permission denied";
  return message.split("\n")[0] ?? message;
}
