/** Which clusters there are: the kubeconfig's contexts, the pod's own cluster, or the embedded demo. */

import type { DemoCluster } from "#server/demo/demo-cluster.ts";
import { ApiCluster } from "#server/kube/api/api-cluster.ts";
import { ContextRegistry } from "#server/kube/config/cluster-registry.ts";
import { loadClusters } from "#server/kube/config/load-clusters.ts";
import type { ClusterRegistry } from "#server/kube/types.ts";
import { type Config, ConfigError, isLoopback } from "./config.ts";
import type { Logger } from "./log.ts";

export interface ClusterSet {
  registry: ClusterRegistry;
  mode: "demo" | "laptop";
  /** The embedded one, in demo mode. */
  demo?: DemoCluster;
  /** For the log, after the ready line. */
  notes: string[];
  close(): Promise<void>;
}

/**
 * @param ownPorts ports that a forward into a demo pod may not reach: Porthole's own
 * @throws ConfigError or KubeError CONFIG for a kubeconfig that was named and cannot be used
 */
export async function loadClusterSet(
  config: Config,
  env: NodeJS.ProcessEnv,
  log: Logger,
  ownPorts: number[],
): Promise<ClusterSet> {
  const { kubeconfig, context } = config;
  // --demo shows the demo alone, whatever kubeconfig there is: a visitor's clusters stay out of it.
  const registry = config.demo
    ? new ContextRegistry()
    : await loadClusters({
        env,
        log,
        ...(kubeconfig ? { kubeconfig } : {}),
        ...(context ? { context } : {}),
      });
  const found = registry.list().length;
  if (!config.demo && found > 0) {
    return {
      registry,
      mode: "laptop",
      notes: [`${found} cluster${found === 1 ? "" : "s"} from the kubeconfig`],
      close: async () => registry.close(),
    };
  }
  if (!isLoopback(config.host)) {
    throw new ConfigError(
      "no kubeconfig was found, and the demo cluster is for loopback only: give --kubeconfig",
    );
  }
  const { startDemoCluster } = await import("#server/demo/demo-cluster.ts");
  const { contextOf, USER_NAMES } = await import("#server/demo/api/users.ts");
  const demo = await startDemoCluster({ log, blockedPorts: ownPorts, mode: config.demoMode });
  for (const user of USER_NAMES) {
    if (config.demoUsers === "two" && user !== "admin" && user !== "viewer") continue;
    const name = contextOf(user);
    registry.add(
      new ApiCluster({
        name,
        server: demo.url,
        namespace: "default",
        user,
        current: name === "demo" && !registry.list().some((cluster) => cluster.current),
        demo: true,
        isolation: demo.isolation,
        credential: { token: demo.tokens[user] },
      }),
    );
  }
  const why = config.demo ? "as asked for" : "no kubeconfig was found";
  return {
    registry,
    mode: "demo",
    demo,
    notes: [`demo cluster (${why}); its containers are ${demo.isolation}`],
    close: () => demo.close(),
  };
}
