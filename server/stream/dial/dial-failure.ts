/** A dial that got no HTTP answer, as this layer's error with the kube layer's words. */
import { describeConnectFailure } from "#server/kube/connect/connect-failure.ts";
import { StreamError } from "../errors.ts";
import { HANDSHAKE_TIMEOUT_MS } from "../websocket/websocket-limits.ts";

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
