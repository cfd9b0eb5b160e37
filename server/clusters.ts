/** Which clusters there are: the kubeconfig's contexts, the pod's own cluster, or the embedded demo. */

import { meansRealCluster } from "#server/config/combinations.ts";
import type { Config } from "#server/config/config.ts";
import { ConfigError } from "#server/config/config-error.ts";
import type { DemoCluster, DemoClusterOptions } from "#server/demo/demo-cluster.ts";
import { ApiContext } from "#server/kube/api/api-context.ts";
import { ContextRegistry } from "#server/kube/config/cluster-registry.ts";
import { lackOfPod } from "#server/kube/config/in-cluster.ts";
import { LiveKubeconfig } from "#server/kube/config/live-kubeconfig.ts";
import { KubeconfigLoader } from "#server/kube/config/load-clusters.ts";
import { pluginRules } from "#server/kube/config/plugin-rules.ts";
import type { ClusterRegistry } from "#server/kube/types.ts";
import type { Logger } from "./log.ts";

export interface ClusterSet {
  registry: ClusterRegistry;
  /** The embedded one, when it is what is shown; then it is all that is shown. */
  demo: DemoCluster | null;
  /** For the log, after the ready line. */
  notes: string[];
  /** Reads the kubeconfig again now; it is also read when it changes. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

export type StartDemo = (options: DemoClusterOptions) => Promise<DemoCluster>;

/**
 * @param ownPorts ports that a forward into a demo pod may not reach: Porthole's own
 * @throws ConfigError or KubeError CONFIG for a kubeconfig that was named and cannot be used
 */
export async function loadClusterSet(
  config: Config,
  env: NodeJS.ProcessEnv,
  log: Logger,
  ownPorts: number[],
  startDemo: StartDemo = loadAndStartDemo,
): Promise<ClusterSet> {
  const { kubeconfig, context } = config;
  // --demo shows the demo alone, whatever kubeconfig there is: a visitor's clusters stay out of it.
  if (config.demo) return await withDemo(config, log, ownPorts, startDemo, null);
  const loader = await new KubeconfigLoader({
    env,
    log,
    plugins: pluginRules(config, env, log),
    writeKubeconfig: config.writeKubeconfig,
    ...(kubeconfig ? { kubeconfig } : {}),
    ...(context ? { context } : {}),
  }).load();
  const { registry } = loader;
  const found = registry.list().length;
  if (found === 0) {
    refuseStandIn(config, env, loader);
    return await withDemo(config, log, ownPorts, startDemo, loader);
  }
  const live = new LiveKubeconfig(loader, log);
  return {
    registry,
    demo: null,
    notes: [`${found} cluster${found === 1 ? "" : "s"} from the kubeconfig`],
    reload: () => live.reload(),
    async close() {
      live.close();
      registry.close();
    },
  };
}

/** @throws ConfigError where the demo must not take the place of a cluster (threats.md B4) */
function refuseStandIn(config: Config, env: NodeJS.ProcessEnv, { none }: KubeconfigLoader): void {
  const meant = meansRealCluster(config, env);
  if (meant === null) return;
  const why = [none ?? "There is no kubeconfig: give --kubeconfig.", lackOfPod(env)];
  const asked = meant === "KUBERNETES_SERVICE_HOST" ? ", unless --demo asks for it" : "";
  throw new ConfigError(
    `${why.filter(Boolean).join(" ")} The demo cluster does not stand in for one with ${meant}${asked}.`,
  );
}

/** @param loader of a kubeconfig that is not there yet: when it appears, its contexts are shown beside the demo's */
async function withDemo(
  config: Config,
  log: Logger,
  ownPorts: number[],
  startDemo: StartDemo,
  loader: KubeconfigLoader | null,
): Promise<ClusterSet> {
  if (loader?.none) log.warn(loader.none);
  const demo = await startDemo({ log, blockedPorts: ownPorts, mode: config.demoMode });
  const registry = loader?.registry ?? new ContextRegistry();
  for (const { name, user, token } of demo.contexts) {
    if (config.demoUsers === "two" && user !== "admin" && user !== "viewer") continue;
    registry.add(
      new ApiContext({ name, server: demo.url, namespace: "default", user, credential: { token } }),
    );
  }
  const live = loader && new LiveKubeconfig(loader, log);
  const why = config.demo ? "as asked for" : "no kubeconfig was found";
  return {
    registry,
    demo,
    notes: [`demo cluster (${why}); its containers are ${demo.isolation}`],
    reload: async () => live?.reload(),
    async close() {
      live?.close();
      await demo.close();
    },
  };
}

/** The build makes this import a file of its own (dist/demo.mjs), which an installation may leave out. */
async function loadAndStartDemo(options: DemoClusterOptions): Promise<DemoCluster> {
  const { startDemoCluster } = await import("#server/demo/demo-cluster.ts").catch((error) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new ConfigError("this installation is without the demo cluster: give --kubeconfig", {
      cause: error,
    });
  });
  return startDemoCluster(options).catch((error) => {
    if (error.code !== "START") throw error;
    throw new ConfigError(error.message, { cause: error });
  });
}
