/** A dial that got no HTTP answer, as this layer's error with the kube layer's words. */
import { describeConnectFailure } from "#kube/connect-failure";
import { StreamError } from "./errors";
import { HANDSHAKE_TIMEOUT_MS } from "./websocket-limits";

/**
 * @param error from node:net, node:tls, a proxy agent or `ws`, before any HTTP answer
 * @param host of the API server, for the message
 */
export function dialFailure(error: Error, host: string): StreamError {
  if (error instanceof StreamError) return error;
  if (/handshake has timed out/i.test(error.message)) {
    const message = `The API server ${host} did not answer the upgrade within ${HANDSHAKE_TIMEOUT_MS / 1000} s.`;
    return new StreamError("TIMEOUT", message, { cause: error });
  }
  const known = describeConnectFailure(error, `the API server ${host}`);
  return new StreamError(known.code === "TIMEOUT" ? "TIMEOUT" : "UNREACHABLE", known.message, {
    cause: known,
  });
}
