/**
 * Asks an API server to upgrade, for SPDY and WebSocket alike, and says in this layer's errors what came instead. The
 * exchange itself is the cluster's (server/kube/api/api-exchange.ts), as for every request.
 */
import { KubeError, type KubeErrorCode } from "#server/kube/errors.ts";
import type { Cluster, KubeUpgrade, Upgraded } from "#server/kube/types.ts";
import { StreamError, type StreamErrorCode, UpgradeError } from "../errors.ts";

/** What the rest of the kube layer's codes (CONFIG, CREDENTIAL, INVALID) say is not about the stream. */
const CODES: Partial<Record<KubeErrorCode, StreamErrorCode>> = {
  UNREACHABLE: "UNREACHABLE",
  BAD_ANSWER: "UNREACHABLE",
  TIMEOUT: "TIMEOUT",
  CANCELED: "CANCELED",
};

/**
 * @throws UpgradeError for any answer but 101, StreamError when none came, KubeError for the context and its credential
 */
export async function requestUpgrade(cluster: Cluster, upgrade: KubeUpgrade): Promise<Upgraded> {
  const upgraded = await cluster.upgrade(upgrade).catch((error: unknown) => {
    throw asStreamError(error);
  });
  if (!upgrade.signal?.aborted) return upgraded;
  // Given up in the moment in which it opened.
  upgraded.socket.destroy();
  throw givenUp();
}

function asStreamError(error: unknown): unknown {
  if (!(error instanceof KubeError)) return error;
  const { httpStatus, status = null, message, answer } = error;
  if (httpStatus !== undefined)
    return new UpgradeError(httpStatus, message, status, { cause: error, answer });
  const code = CODES[error.code];
  if (code === "CANCELED") return givenUp(error);
  return code ? new StreamError(code, message, { cause: error }) : error;
}

function givenUp(cause?: unknown): StreamError {
  return new StreamError("CANCELED", "the stream was given up before it opened", { cause });
}
