/** Whether an API server answers and takes our credential: one request to its /version. */
import type { ClusterHealth } from "#protocol/api.ts";
import { KubeError } from "../errors.ts";
import type { Cluster } from "../types.ts";
import { abortable } from "./abortable.ts";

/** Never throws; what is wrong is in `problem`. */
export async function clusterHealth(cluster: Cluster, signal?: AbortSignal): Promise<ClusterHealth> {
  if (cluster.problem) return { reachable: false, problem: cluster.problem };
  try {
    // A plugin's run is not the API server's latency.
    await abortable(cluster.connection(), signal);
    const started = performance.now();
    const { gitVersion } = await cluster.json<{ gitVersion?: unknown }>({
      method: "GET",
      path: "/version",
      signal,
    });
    const latencyMs = Math.round((performance.now() - started) * 10) / 10;
    return typeof gitVersion === "string"
      ? { reachable: true, version: gitVersion, latencyMs }
      : {
          reachable: true,
          latencyMs,
          problem: "The server answers, but does not tell a Kubernetes version.",
        };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const { httpStatus: code, message: problem } = error;
    // An answer came, if only a refusal.
    return code === undefined ? { reachable: false, problem } : { reachable: true, problem, code };
  }
}
