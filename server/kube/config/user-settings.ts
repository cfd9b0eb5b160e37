/**
 * A kubeconfig's user entry, checked and made a CredentialSource. What kubectl refuses is refused with its reason;
 * what only kubectl on a terminal can do is named. Next hop: load-clusters.ts.
 */
import { pairFault } from "../connect/client-pair.ts";
import { type CredentialParts, type CredentialSource, UserCredential } from "../credential/credentials.ts";
import { EXEC_API_VERSIONS } from "../credential/exec-credential.ts";
import type { ExecPluginConfig } from "../credential/plugin-program.ts";
import { WatchedFile } from "../credential/watched-file.ts";
import { KubeError } from "../errors.ts";
import type { ExecEntry, UserEntry } from "./kubeconfig.ts";
import type { AuthProvider } from "./oidc-settings.ts";
import { type PemSource, pemSource } from "./pem-source.ts";

const INTERACTIVE_MODES: readonly string[] = ["Never", "IfAvailable", "Always"];

export interface UserSettings {
  credential: CredentialSource;
  /** Files that must be there for the user to be usable. */
  files: string[];
}

/** Makes the plugin of an exec entry; the loader shares one between contexts that would run it alike. */
export type PluginFactory = (entry: ExecEntry, config: ExecPluginConfig) => CredentialSource;

/** The same for an auth provider. */
export type ProviderFactory = (provider: AuthProvider) => CredentialSource;

/** @throws KubeError CONFIG */
export function userSettings(
  user: UserEntry,
  cluster: ExecPluginConfig["cluster"],
  createPlugin: PluginFactory,
  createProvider: ProviderFactory,
): UserSettings {
  const provider = user["auth-provider"];
  refuseTwoHeaders(user);
  const { token, tokenFile, username, password, exec } = user;
  const parts: CredentialParts = {};
  const files: string[] = [];
  if (token) parts.token = token;
  if (tokenFile) {
    parts.tokenFile = new WatchedFile(tokenFile, "The token file");
    if (!token) files.push(tokenFile);
  }
  // As client-go: a password alone is nobody's.
  if (username) parts.basic = { username, password: password ?? "" };
  if (exec && provider) {
    throw new KubeError(
      "CONFIG",
      "it has both a credential plugin and an auth-provider; only one is allowed",
    );
  }
  if (exec) parts.plugin = createPlugin(exec, pluginConfig(exec, cluster));
  if (provider) parts.plugin = createProvider(provider);
  const pair = certificatePair(user);
  if (pair) {
    parts.certificate = { cert: pair.cert.source, key: pair.key.source };
    files.push(...[pair.cert.file, pair.key.file].filter((file) => file !== undefined));
  }
  return { credential: new UserCredential(parts), files };
}

/** @throws KubeError CONFIG */
export function refuseTwoHeaders({ token, tokenFile, username, password }: UserEntry): void {
  if ((token || tokenFile) && (username || password)) {
    throw new KubeError("CONFIG", "it has both a token and a user name with password; only one is allowed");
  }
}

function certificatePair(user: UserEntry): { cert: PemSource; key: PemSource } | undefined {
  const cert = pemSource(user["client-certificate"], user["client-certificate-data"], "client-certificate");
  const key = pemSource(user["client-key"], user["client-key-data"], "client-key");
  if (cert && !key) throw new KubeError("CONFIG", "it has a client-certificate and no client-key");
  if (!cert || !key) {
    // kubectl does not look at a key alone; where it is all there is, somebody lost the other half.
    const others =
      user.token || user.tokenFile || user.username || user.password || user.exec || user["auth-provider"];
    if (!key || others) return undefined;
    throw new KubeError("CONFIG", "it has a client-key and no client-certificate");
  }
  const fault =
    cert.pem !== undefined && key.pem !== undefined && pairFault({ cert: cert.pem, key: key.pem });
  if (fault) throw new KubeError("CONFIG", fault);
  return { cert, key };
}

function pluginConfig(exec: ExecEntry, cluster: ExecPluginConfig["cluster"]): ExecPluginConfig {
  const { command, apiVersion, interactiveMode } = exec;
  if (!command) throw new KubeError("CONFIG", "its credential plugin has no command");
  if (!apiVersion || !EXEC_API_VERSIONS.includes(apiVersion)) {
    const known = EXEC_API_VERSIONS.join(" and ");
    throw new KubeError(
      "CONFIG",
      `its credential plugin has the apiVersion "${apiVersion ?? ""}"; known are ${known}`,
    );
  }
  requireInteractiveMode(interactiveMode ?? "", apiVersion);
  if (interactiveMode === "Always") {
    throw new KubeError(
      "CONFIG",
      `its credential plugin "${command}" asks on a terminal (interactiveMode: Always)`,
    );
  }
  const env = exec.env ?? [];
  if (env.some(({ name }) => name === "" || name.includes("\0"))) {
    throw new KubeError("CONFIG", "its credential plugin has an environment variable without a usable name");
  }
  return {
    command,
    args: exec.args ?? [],
    env,
    apiVersion,
    installHint: exec.installHint ?? undefined,
    cluster: exec.provideClusterInfo ? cluster : undefined,
  };
}

/** client-go tools/clientcmd/validation.go validateAuthInfo; only v1beta1 has a default. */
function requireInteractiveMode(mode: string, apiVersion: string): void {
  if (INTERACTIVE_MODES.includes(mode)) return;
  if (mode === "" && apiVersion.endsWith("/v1beta1")) return;
  const what = mode === "" ? "no interactiveMode" : `the interactiveMode "${mode}"`;
  const known = INTERACTIVE_MODES.join(", ");
  throw new KubeError("CONFIG", `its credential plugin has ${what}, and ${apiVersion} needs one of ${known}`);
}
