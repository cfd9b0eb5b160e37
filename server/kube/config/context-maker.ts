/**
 * From a merged kubeconfig to contexts, time after time. What did not change stays the very same object, with its
 * connections, credentials and all that is remembered of it; another credential or namespace is given to the object
 * that is there; anything else makes another one. One bad context does not hurt the others.
 */
import { clusterSegment } from "#protocol/cluster-segment.ts";
import type { Logger } from "#server/log.ts";
import { ApiContext, type ApiContextOptions } from "../api/api-context.ts";
import { UserCredential } from "../credential/credentials.ts";
import { ExecPlugin, type PluginRules } from "../credential/exec-plugin.ts";
import { KubeError } from "../errors.ts";
import type { Context, Environment } from "../types.ts";
import { type ClusterSettings, clusterSettings } from "./cluster-settings.ts";
import { impersonationHeaders } from "./impersonation.ts";
import type { ClusterEntry, ContextEntry, Entry, Kubeconfig, UserEntry } from "./kubeconfig.ts";
import { tokenWriter } from "./kubeconfig-tokens.ts";
import { oidcCredential } from "./oidc-settings.ts";
import { SharedPlugins } from "./shared-plugins.ts";
import { UnusableContext } from "./unusable-context.ts";
import { refuseTwoHeaders, userSettings } from "./user-settings.ts";

/** Leaves the rest of the URL room. A thousand characters of any script fit. */
const MAX_NAME_IN_URL_CHARS = 12 * 1024;

interface Made {
  context: Context;
  /** Of all that the kubeconfig says of it. */
  entries: string;
  /** Of where it leads and as whom. */
  place: string;
  /** What it says of the user. */
  user: string;
}

/** What the kubeconfig says of one context. */
interface Said {
  name: string;
  entry: Entry<ContextEntry>;
  cluster: Entry<ClusterEntry> | undefined;
  user: Entry<UserEntry> | undefined;
}

export class ContextMaker {
  readonly #plugins = new SharedPlugins();
  #made = new Map<string, Made>();
  #revision = -1;

  constructor(
    private readonly env: Environment,
    private readonly log: Logger,
    private readonly plugins?: PluginRules,
    /** Refreshed tokens go into the kubeconfig they came from. */
    private readonly writeTokens = false,
  ) {}

  /**
   * @param only the one context that is wanted
   * @returns in the kubeconfig's order. Those that are not among them any more are the caller's to close.
   */
  contextsOf(config: Kubeconfig, only?: string): Context[] {
    this.#revision += 1;
    const made = new Map<string, Made>();
    for (const [name, entry] of config.contexts) {
      if (only !== undefined && only !== name) continue;
      const cluster = config.clusters.get(entry.value?.cluster ?? "");
      const user = config.users.get(entry.value?.user ?? "");
      made.set(name, this.#make({ name, entry, cluster, user }, this.#made.get(name)));
    }
    this.#made = made;
    return [...made.values()].map(({ context }) => context);
  }

  #make(said: Said, before: Made | undefined): Made {
    const entries = JSON.stringify([said.entry, said.cluster, said.user]);
    if (before?.entries === entries) return before;
    const place = placeOf(said);
    const user = JSON.stringify(said.user);
    const options = this.#optionsOf(said);
    const made = { entries, place, user };
    if (options instanceof UnusableContext) return { ...made, context: options };
    if (before?.place === place && before.context instanceof ApiContext) {
      before.context.renew(options, before.user === user);
      return { ...made, context: before.context };
    }
    return { ...made, context: new ApiContext({ ...options, revision: this.#revision }) };
  }

  #optionsOf({ name, entry, ...said }: Said): ApiContextOptions | UnusableContext {
    const namespace = entry.value?.namespace || "default";
    const userName = entry.value?.user ?? "";
    let settings: ClusterSettings | undefined;
    try {
      requireShort(name);
      if (entry.problem !== undefined) throw new KubeError("CONFIG", entry.problem);
      settings = clusterSettings(entryOf(said.cluster, entry.value.cluster, "cluster"), this.env);
      // An entry may have the empty name, and a context without a user then means it.
      const user: UserEntry = userName || said.user ? entryOf(said.user, userName, "user") : {};
      const { url, userinfo } = settings.address;
      const { proxy, proxyFrom } = settings;
      const headers = impersonationHeaders(user);
      const basics = { name, server: url, namespace, user: userName, proxy, proxyFrom, headers };
      // Go's HTTP client prefers who is in the address to every other header, and kubectl is made of it.
      const addressed = userinfo && new UserCredential({ basic: userinfo });
      if (url.protocol === "http:") {
        // kubectl does the same, on loopback too: everybody on the way could read them.
        refuseTwoHeaders(user);
        if (hasSecret(user)) {
          this.log.warn(`The context "${name}" uses plain HTTP: its credentials are not sent to ${url.host}`);
        }
        return { ...basics, ...(addressed ? { credential: addressed } : {}) };
      }
      const { credential, files } = userSettings(
        user,
        settings.execCluster,
        (exec, plugin) => {
          // Told of the cluster, its answers may differ from those for another one.
          const key = JSON.stringify([exec, plugin.cluster && [name, said.cluster]]);
          return this.#plugins.hold(key, () => new ExecPlugin(plugin, this.env, undefined, this.plugins));
        },
        (provider) => {
          const file = said.user?.file ?? "";
          const keep = this.writeTokens ? tokenWriter(file, userName, this.log) : undefined;
          // With its tokens: others in the file are another login, and what was refreshed since is kept while it stands.
          const key = JSON.stringify([file, userName, provider]);
          return this.#plugins.hold(key, () => oidcCredential(provider, this.env, keep));
        },
      );
      return {
        ...basics,
        credential: addressed ?? credential,
        tls: settings.tls,
        files: [...settings.files, ...files],
      };
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      const problem = `The context "${name}" cannot be used: ${error.message}.`;
      const server = settings?.address.url.href.replace(/\/$/, "") ?? "";
      return new UnusableContext({ name, namespace, user: userName, server }, problem, this.#revision);
    }
  }
}

/** A name stands in every URL of its cluster (request-line.ts). @throws KubeError CONFIG */
function requireShort(name: string): void {
  const { length } = clusterSegment(name);
  if (length <= MAX_NAME_IN_URL_CHARS) return;
  const words = `its name takes ${length} characters in a URL; at most ${MAX_NAME_IN_URL_CHARS} fit`;
  throw new KubeError("CONFIG", words);
}

/** Another namespace or credential is no other place; another user, also one to impersonate, is. */
function placeOf({ entry, cluster, user }: Said): string {
  const { as, "as-uid": uid, "as-groups": groups, "as-user-extra": extra } = user?.value ?? {};
  return JSON.stringify([cluster, entry.value?.user, as, uid, groups, extra]);
}

function hasSecret(user: UserEntry): boolean {
  const { token, tokenFile, password, exec } = user;
  return Boolean(token || tokenFile || password || exec || user["client-key"] || user["client-key-data"]);
}

/** @throws KubeError CONFIG */
function entryOf<T>(entry: Entry<T> | undefined, name: string | null | undefined, what: string): T {
  if (!entry) {
    throw new KubeError("CONFIG", name ? `the kubeconfig has no ${what} "${name}"` : `it names no ${what}`);
  }
  if (entry.problem !== undefined) throw new KubeError("CONFIG", entry.problem);
  return entry.value;
}
