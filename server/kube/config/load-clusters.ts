/**
 * From the flags and the environment to a registry of contexts: kubeconfig files as kubectl loads them, else the pod's
 * service account, else an empty registry (clusters.ts then starts the demo). One bad context does not hurt the others.
 */
import type { Logger } from "#server/log.ts";
import { ApiContext } from "../api/api-context.ts";
import { isLoopback } from "../connect/server-url.ts";
import { UserCredential } from "../credential/credentials.ts";
import { ExecPlugin } from "../credential/exec-plugin.ts";
import { KubeError } from "../errors.ts";
import type { Context, Environment } from "../types.ts";
import { ContextRegistry } from "./cluster-registry.ts";
import { type ClusterSettings, clusterSettings } from "./cluster-settings.ts";
import { impersonationHeaders } from "./impersonation.ts";
import { IN_CLUSTER_NAME, inCluster } from "./in-cluster.ts";
import type { ContextEntry, Entry, ExecEntry, Kubeconfig, UserEntry } from "./kubeconfig.ts";
import { mergeKubeconfigs } from "./kubeconfig-merge.ts";
import { type KubeconfigSource, kubeconfigSource, readKubeconfigs } from "./kubeconfig-source.ts";
import { UnusableContext } from "./unusable-context.ts";
import { type PluginFactory, userSettings } from "./user-settings.ts";

const MAX_NAMES_SHOWN = 10;

export interface LoadOptions {
  /** The flag --kubeconfig: this file alone, and it must exist. */
  kubeconfig?: string;
  /** The flag --context: only this one. */
  context?: string;
  env: Environment;
  log: Logger;
  /** Where a pod's service account is mounted. */
  serviceAccountDir?: string;
}

/**
 * An empty registry: neither a kubeconfig with contexts nor a service account was found.
 * @throws KubeError CONFIG in one sentence for files that are broken, empty or missing, and for an unknown context
 */
export async function loadClusters(options: LoadOptions): Promise<ContextRegistry> {
  const source = kubeconfigSource(options.kubeconfig, options.env);
  const found = await readKubeconfigs(source);
  const config = mergeKubeconfigs(found.map(({ config }) => config));
  if (config.contexts.size === 0) return await withoutContexts(source, found.length > 0, options);

  const registry = new ContextRegistry();
  const createPlugin = pluginFactory(options.env);
  for (const [name, entry] of config.contexts) {
    if (options.context !== undefined && options.context !== name) continue;
    const current = (options.context ?? config.currentContext) === name;
    registry.add(createContext(name, entry, current, config, createPlugin, options));
  }
  if (options.context !== undefined && registry.list().length === 0) {
    throw unknownContext(options.context, [...config.contexts.keys()]);
  }
  return registry;
}

/** As kubectl: a kubeconfig without contexts is none, and then the pod's service account counts. */
async function withoutContexts(
  source: KubeconfigSource,
  found: boolean,
  { env, log, context, serviceAccountDir }: LoadOptions,
): Promise<ContextRegistry> {
  const registry = new ContextRegistry();
  const files = source.files.join(", ");
  if (source.origin === "flag")
    throw new KubeError("CONFIG", `The kubeconfig ${files} is empty: it has no contexts.`);
  const pod = await inCluster(env, serviceAccountDir);
  if (pod) {
    registry.add(pod);
    if (context !== undefined && context !== pod.name) throw unknownContext(context, [IN_CLUSTER_NAME]);
    return registry;
  }
  if (found && source.origin === "env") {
    throw new KubeError("CONFIG", `The kubeconfig in KUBECONFIG (${files}) is empty: it has no contexts.`);
  }
  if (found) log.warn(`The kubeconfig ${files} is empty: it has no contexts.`);
  else if (source.origin === "env") log.warn(`No file that KUBECONFIG names exists: ${files}`);
  if (context !== undefined) throw unknownContext(context, []);
  return registry;
}

function createContext(
  name: string,
  entry: Entry<ContextEntry>,
  current: boolean,
  config: Kubeconfig,
  createPlugin: PluginFactory,
  { env, log }: LoadOptions,
): Context {
  const namespace = entry.value?.namespace || "default";
  const userName = entry.value?.user ?? "";
  let settings: ClusterSettings | undefined;
  try {
    if (entry.problem !== undefined) throw new KubeError("CONFIG", entry.problem);
    settings = clusterSettings(lookUp(config.clusters, entry.value.cluster, "cluster"), env);
    const user: UserEntry = userName ? lookUp(config.users, userName, "user") : {};
    const { url, userinfo } = settings.address;
    const basics = { name, server: url, namespace, user: userName, current };
    if (url.protocol === "http:" && !isLoopback(url)) {
      // kubectl does the same: over plain HTTP everybody on the way could read them.
      log.warn(`The context "${name}" uses plain HTTP: its credentials are not sent to ${url.host}`);
      return new ApiContext({ ...basics, proxy: settings.proxy, proxyFrom: settings.proxyFrom });
    }
    const { credential, files } = userSettings(user, settings.execCluster, createPlugin);
    return new ApiContext({
      ...basics,
      credential: userinfo && !userName ? new UserCredential({ basic: userinfo }) : credential,
      headers: impersonationHeaders(user),
      tls: settings.tls,
      proxy: settings.proxy,
      proxyFrom: settings.proxyFrom,
      files: [...settings.files, ...files],
    });
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const problem = `The context "${name}" cannot be used: ${error.message}.`;
    const server = settings?.address.url.href.replace(/\/$/, "") ?? "";
    return new UnusableContext({ name, current, namespace, user: userName, server }, problem);
  }
}

/** @throws KubeError CONFIG */
function lookUp<T>(entries: ReadonlyMap<string, Entry<T>>, name: string | null | undefined, what: string): T {
  if (!name) throw new KubeError("CONFIG", `it names no ${what}`);
  const entry = entries.get(name);
  if (!entry) throw new KubeError("CONFIG", `the kubeconfig has no ${what} "${name}"`);
  if (entry.problem !== undefined) throw new KubeError("CONFIG", entry.problem);
  return entry.value;
}

/** One plugin for all contexts of a user, unless it is told of the cluster: then the answers may differ. */
function pluginFactory(env: Environment): PluginFactory {
  const shared = new Map<ExecEntry, ExecPlugin>();
  return (entry, config) => {
    const plugin = shared.get(entry) ?? new ExecPlugin(config, env);
    if (!config.cluster) shared.set(entry, plugin);
    return plugin;
  };
}

function unknownContext(name: string, known: string[]): KubeError {
  const shown = known.slice(0, MAX_NAMES_SHOWN).join(", ");
  const more = known.length > MAX_NAMES_SHOWN ? ", ..." : "";
  const list = known.length > 0 ? ` There are: ${shown}${more}.` : " There are none.";
  return new KubeError("CONFIG", `There is no context "${name}".${list}`);
}
