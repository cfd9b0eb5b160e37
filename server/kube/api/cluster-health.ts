/** Whether an API server answers and takes our credential: one request to its /version. */
import type { ClusterHealth } from "#protocol/api.ts";
import { expiryWords } from "../credential/credential-expiry.ts";
import { KubeError } from "../errors.ts";
import type { Cluster, CredentialExpiry } from "../types.ts";
import { abortable } from "./abortable.ts";

const HTTP_UNAUTHORIZED = 401;

/** Never throws; what is wrong is in `problem`. */
export async function clusterHealth(cluster: Cluster, signal?: AbortSignal): Promise<ClusterHealth> {
  if (cluster.problem) return { reachable: false, problem: cluster.problem };
  let expiry: CredentialExpiry | undefined;
  try {
    // A plugin's run is not the API server's latency.
    ({ expiry } = await abortable(cluster.connection(), signal));
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
      ...expiryFacts(expiry),
    };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const { httpStatus: code, message: problem } = error;
    // An answer came, if only a refusal.
    if (code === undefined) return { reachable: false, problem };
    const facts = expiryFacts(expiry);
    const why = code === HTTP_UNAUTHORIZED && facts.credentialWords;
    return { reachable: true, problem: why ? `${problem} ${why}` : problem, code, ...facts };
  }
}

function expiryFacts(
  expiry: CredentialExpiry | undefined,
): Pick<ClusterHealth, "credentialExpiresAt" | "credentialWords"> {
  if (!expiry) return {};
  const credentialWords = expiryWords(expiry);
  return { credentialExpiresAt: expiry.at, ...(credentialWords ? { credentialWords } : {}) };
}
