/** Whether an API server answers and takes our credential: one request to its /version. */
import type { ClusterHealth } from "#protocol/api.ts";
import { termFault } from "../credential/credential-term.ts";
import { KubeError } from "../errors.ts";
import type { Cluster, CredentialTerm } from "../types.ts";
import { abortable } from "./abortable.ts";

/** Never throws; what is wrong is in `problem`. */
export async function clusterHealth(cluster: Cluster, signal?: AbortSignal): Promise<ClusterHealth> {
  if (cluster.problem) return { reachable: false, problem: cluster.problem };
  let term: CredentialTerm | undefined;
  try {
    // A plugin's run is not the API server's latency.
    ({ term } = await abortable(cluster.connection(), signal));
    const started = performance.now();
    const { gitVersion } = await cluster.json<{ gitVersion?: unknown }>({
      method: "GET",
      path: "/version",
      answer: "review",
      signal,
    });
    const latencyMs = Math.round((performance.now() - started) * 10) / 10;
    return {
      reachable: true,
      latencyMs,
      ...(typeof gitVersion === "string"
        ? { version: gitVersion }
        : { problem: "The server answers, but does not tell a Kubernetes version." }),
      ...termFacts(term),
    };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const { httpStatus: code, message: problem } = error;
    // An answer came, if only a refusal.
    if (code === undefined) return { reachable: false, problem };
    return { reachable: true, problem, code, ...termFacts(term) };
  }
}

function termFacts(
  term: CredentialTerm | undefined,
): Pick<ClusterHealth, "credentialExpiresAt" | "credentialWords"> {
  if (!term) return {};
  const fault = termFault(term);
  return {
    ...(term.ends === undefined ? {} : { credentialExpiresAt: term.ends }),
    ...(fault ? { credentialWords: fault.words } : {}),
  };
}
