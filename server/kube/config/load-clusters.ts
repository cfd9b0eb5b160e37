/**
 * From the flags and the environment to a registry of contexts: kubeconfig files as kubectl loads them, else the pod's
 * service account, else an empty registry (clusters.ts then starts the demo, or refuses). Next hop: context-maker.ts; when
 * the files change, live-kubeconfig.ts.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Logger } from "#server/log.ts";
import type { PluginRules } from "../credential/exec-plugin.ts";
import { KubeError } from "../errors.ts";
import type { Context, Environment } from "../types.ts";
import { ContextRegistry, type KubeconfigState } from "./cluster-registry.ts";
import { ContextMaker } from "./context-maker.ts";
import { IN_CLUSTER_NAME, inCluster } from "./in-cluster.ts";
import { KubeconfigFile } from "./kubeconfig-file.ts";
import { mergeKubeconfigs } from "./kubeconfig-merge.ts";
import { type KubeconfigSource, kubeconfigSource } from "./kubeconfig-source.ts";

const MAX_NAMES_SHOWN = 10;

export interface LoadOptions {
  /** The flag --kubeconfig: this file alone, and it must exist. */
  kubeconfig?: string;
  /** The flag --context: only this one. */
  context?: string;
  env: Environment;
  log: Logger;
  /** Whether login plugins may run, and for how long. Absent: they may. */
  plugins?: PluginRules;
  /** Refreshed tokens go into the kubeconfig they came from, where it may be written. */
  writeKubeconfig?: boolean;
  /** Where a pod's service account is mounted. */
  serviceAccountDir?: string;
}

/**
 * An empty registry: neither a kubeconfig with contexts nor a service account was found.
 * @throws KubeError CONFIG in one sentence for files that are broken, empty or missing, and for an unknown context
 */
export async function loadClusters(options: LoadOptions): Promise<ContextRegistry> {
  const { registry, none } = await new KubeconfigLoader(options).load();
  if (none !== null) options.log.warn(none);
  return registry;
}

export class KubeconfigLoader {
  readonly registry = new ContextRegistry();
  readonly files: readonly KubeconfigFile[];
  /** Why there is no context, where there is something to say of it. */
  none: string | null = null;
  readonly #source: KubeconfigSource;
  readonly #maker: ContextMaker;
  #pod: Context | null = null;

  /** @throws KubeError CONFIG */
  constructor(private readonly options: LoadOptions) {
    this.#source = kubeconfigSource(options.kubeconfig, options.env);
    this.files = this.#source.files.map((file) => new KubeconfigFile(file, this.#source.origin === "flag"));
    this.#maker = new ContextMaker(options.env, options.log, options.plugins, options.writeKubeconfig);
  }

  /** The first time: faults are those of whoever started Porthole. @throws KubeError CONFIG */
  async load(): Promise<this> {
    for (const file of this.files) await file.open();
    const state = await this.#state();
    if (this.#listed().length === 0) this.none = this.#refuseOrExplain(state.contexts.length > 0);
    const { context } = this.options;
    if (context !== undefined && state.contexts.length === 0) {
      throw unknownContext(context, this.#pod ? [IN_CLUSTER_NAME] : this.#listed(), this.none);
    }
    this.registry.replace(state);
    return this;
  }

  /** Takes over what the files say now. */
  async reload(): Promise<void> {
    this.registry.replace(await this.#state());
  }

  async #state(): Promise<KubeconfigState> {
    const config = mergeKubeconfigs(this.files.flatMap((file) => file.config ?? []));
    const only = this.options.context;
    const contexts = this.#maker.contextsOf(config, only);
    if (config.contexts.size > 0) return { contexts, current: only ?? config.currentContext };
    // As kubectl: a kubeconfig without contexts is none, and then the pod's service account counts.
    if (this.#source.origin !== "flag") {
      this.#pod ??= await inCluster(this.options.env, this.options.serviceAccountDir);
    }
    const pod = this.#pod && (only === undefined || only === IN_CLUSTER_NAME) ? this.#pod : null;
    return { contexts: pod ? [pod] : [], current: pod?.name ?? "" };
  }

  /** Names in the kubeconfig. */
  #listed(): string[] {
    return this.files.flatMap((file) => [...(file.config?.contexts.keys() ?? [])]);
  }

  /** There is no context in any file. @throws KubeError CONFIG */
  #refuseOrExplain(elsewhere: boolean): string | null {
    const { origin } = this.#source;
    const files = this.#source.files.join(", ");
    const found = this.files.some((file) => file.config !== null);
    if (origin === "flag")
      throw new KubeError("CONFIG", `The kubeconfig ${files} is empty: it has no contexts.`);
    if (elsewhere || this.#pod) return null;
    if (found && origin === "env") {
      throw new KubeError("CONFIG", `The kubeconfig in KUBECONFIG (${files}) is empty: it has no contexts.`);
    }
    if (found) return `The kubeconfig ${files} is empty: it has no contexts.`;
    const tilde = origin === "env" && this.#source.files.find((file) => file.startsWith("~"));
    // The demo in the place of somebody's clusters, without a word, would be worse.
    if (tilde) {
      const words = `KUBECONFIG names ${tilde}, and there is no such file: no shell has replaced the ~; write $HOME in its place.`;
      throw new KubeError("CONFIG", words);
    }
    // KUBECONFIG=/dev/null is there, and says that there shall be none.
    if (origin !== "env" || this.#source.files.some((file) => existsSync(file))) return null;
    this.registry.missing = missingWords(this.#source.files);
    return this.registry.missing;
  }
}

/** With the whole path of what is relative: another directory is what most often is wrong. */
function missingWords(files: readonly string[]): string {
  if (files.length === 0)
    return "KUBECONFIG is set and names no file. Unset it for ~/.kube/config, or name one.";
  const shown = files.slice(0, MAX_NAMES_SHOWN).map((file) => {
    const path = resolve(file);
    return path === file ? file : `${file} (${path})`;
  });
  const more = files.length > MAX_NAMES_SHOWN ? ", ..." : "";
  const none = files.length === 1 ? "there is no such file" : "none of these files is there";
  return `KUBECONFIG names ${shown.join(", ")}${more}, and ${none}. Correct it where Porthole is started; a file that appears there is read at once.`;
}

/** @param none why there is none at all */
function unknownContext(name: string, known: string[], none: string | null): KubeError {
  const shown = known.slice(0, MAX_NAMES_SHOWN).join(", ");
  const more = known.length > MAX_NAMES_SHOWN ? ", ..." : "";
  const list = known.length > 0 ? ` There are: ${shown}${more}.` : ` ${none ?? "There are none."}`;
  return new KubeError("CONFIG", `There is no context "${name}".${list}`);
}
