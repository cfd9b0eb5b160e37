/**
 * Failures of DNS, TCP, TLS and HTTP parsing in words a person can act on. The system's own text is not passed on:
 * it may quote what a peer sent.
 */
import type { PeerCertificate } from "node:tls";
import { KubeError } from "../errors.ts";

const MAX_NAMES_CHARS = 200;

/** Ours: Node has none for it. */
export const CERTIFICATE_WITHOUT_NAMES = "CERTIFICATE_WITHOUT_NAMES";

const NOT_TRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "INVALID_CA",
]);

/** Sentences by error code; `@` stands for the peer. */
const SENTENCES: Record<string, string> = {
  ENOTFOUND: "@ was not found: the name does not resolve. Check the address, and whether a VPN is needed.",
  EAI_AGAIN: "@ was not found: the name server does not answer. Is this machine online?",
  ECONNREFUSED: "@ refuses connections: nothing listens on that port.",
  EHOSTUNREACH: "@ cannot be reached: there is no route to it. Is a VPN needed?",
  ENETUNREACH: "@ cannot be reached: this machine has no network to it.",
  EHOSTDOWN: "@ cannot be reached: the machine is down.",
  ECONNRESET: "@ closed the connection before it answered.",
  EPIPE: "@ closed the connection before it answered.",
  CERT_HAS_EXPIRED:
    "The certificate of @, or of an authority that vouches for it, has expired. Is this machine's clock right?",
  CERT_NOT_YET_VALID: "The certificate of @ is not valid yet. Is this machine's clock right?",
  CERT_REVOKED: "The certificate of @ has been revoked.",
  [CERTIFICATE_WITHOUT_NAMES]:
    "The certificate of @ has a common name alone, which no longer counts: it must be issued with subject alternative names.",
  EPROTO: "@ does not answer with TLS. Is its address http:// and not https://?",
  ERR_SSL_WRONG_VERSION_NUMBER: "@ does not answer with TLS. Is its address http:// and not https://?",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "@ does not answer with TLS. Is its address http:// and not https://?",
};

/** @param peer who could not be reached, in lower case: `the API server kube.example:6443` */
export function describeConnectFailure(error: unknown, peer: string): KubeError {
  if (error instanceof KubeError) return error;
  const failure = error as NodeJS.ErrnoException;
  const code = failure.code ?? codeIn(failure.message ?? "");
  const words = (sentence: string) => {
    const full = sentence.startsWith("@")
      ? peer[0]?.toUpperCase() + peer.slice(1) + sentence.slice(1)
      : sentence;
    return full.replace("@", peer);
  };
  if (failure.name === "AbortError") {
    return new KubeError("CANCELED", "The request was given up.", { cause: error });
  }
  if (code === "ETIMEDOUT") {
    return new KubeError("TIMEOUT", words("@ does not answer. Is a VPN or a firewall in between?"), {
      cause: error,
    });
  }
  if (code === "HPE_HEADER_OVERFLOW") {
    return new KubeError("BAD_ANSWER", words("@ sent more headers than Porthole accepts."), { cause: error });
  }
  if (code.startsWith("HPE_")) {
    return new KubeError("BAD_ANSWER", words("@ does not answer as an HTTP server."), { cause: error });
  }
  return new KubeError("UNREACHABLE", words(sentenceFor(code, failure)), { cause: error });
}

function sentenceFor(code: string, failure: Error): string {
  if (NOT_TRUSTED.has(code)) {
    return "The certificate of @ is signed by an authority that is not trusted. Check certificate-authority in the kubeconfig.";
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const names = (failure as { cert?: PeerCertificate }).cert?.subjectaltname?.slice(0, MAX_NAMES_CHARS);
    const issued = names ? ` (it names ${names})` : "";
    return `The certificate of @ is for another name${issued}. Check the address, or set tls-server-name.`;
  }
  if (code.startsWith("ERR_SSL_") && code.includes("ALERT")) {
    return `@ broke the TLS handshake off (${code}). It may want another client certificate.`;
  }
  const known = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
  return known ?? `@ cannot be reached (${code || "unknown error"}).`;
}

/** The SOCKS library keeps only the text of a system error: "connect ECONNREFUSED 127.0.0.1:1080". */
function codeIn(message: string): string {
  return /\bE[A-Z]{4,}\b/.exec(message)?.[0] ?? "";
}
