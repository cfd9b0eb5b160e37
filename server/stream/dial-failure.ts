/** Words for a dial that got no HTTP answer. */
import { StreamError } from "./errors";

const WORDS: Record<string, string> = {
  ENOTFOUND: "its name does not resolve",
  EAI_AGAIN: "its name does not resolve at the moment",
  ECONNREFUSED: "it refuses connections",
  ECONNRESET: "it reset the connection",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no network to it",
  EPIPE: "it closed the connection",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not signed by the configured authority",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not signed by the configured authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not signed by the configured authority",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** @param error from node:net, node:tls, a proxy agent or `ws`, before any HTTP answer */
export function describeDialFailure(error: Error & { code?: string }): StreamError {
  if (error instanceof StreamError) return error;
  const code = error.code ?? "";
  if (code === "ETIMEDOUT" || /timed out/i.test(error.message)) {
    return new StreamError("TIMEOUT", "the API server did not answer in time", { cause: error });
  }
  const words = WORDS[code] ?? error.message;
  return new StreamError("UNREACHABLE", `the API server cannot be reached: ${words}`, { cause: error });
}
