/** Errors of the kube layer. */
import type { IncomingHttpHeaders } from "node:http";
import { CodedError } from "#protocol/coded-error.ts";
import type { Status } from "#protocol/status.ts";
import { redact } from "#server/log.ts";

export type KubeErrorCode =
  /** The kubeconfig or the context cannot be used. */
  | "CONFIG"
  /** A credential could not be had: plugin, token file, certificate. */
  | "CREDENTIAL"
  /** DNS, TCP, TLS or proxy: no HTTP answer came. */
  | "UNREACHABLE"
  | "TIMEOUT"
  /** The API server answered with a code of 400 or more. */
  | "STATUS"
  /** The answer is not what the API promises: too large, no JSON, or to an upgrade neither 101 nor a refusal. */
  | "BAD_ANSWER"
  /** A name or a port that Kubernetes does not allow. */
  | "INVALID"
  | "CANCELED";

/** The head and the beginning of the body of a refusal: who answered can be told from them. */
export interface RefusalAnswer {
  headers: IncomingHttpHeaders;
  body: string;
}

/** The proxy on the way wants to know who asks; forbids it; or could not be reached, or reach the API server. */
export type ProxyFault = "wants-credentials" | "forbids" | "no-connection";

export interface KubeErrorOptions {
  cause?: unknown;
  httpStatus?: number;
  status?: Status;
  answer?: RefusalAnswer;
  proxy?: ProxyFault;
}

export class KubeError extends CodedError<KubeErrorCode> {
  override readonly name = "KubeError";
  /** When the answer's code is the error: with STATUS, and with BAD_ANSWER to an upgrade. */
  readonly httpStatus: number | undefined;
  /** The Status in the body, when there was one. */
  readonly status: Status | undefined;
  readonly answer: RefusalAnswer | undefined;
  /** Set when it is the proxy on the way that failed. */
  readonly proxy: ProxyFault | undefined;
  constructor(code: KubeErrorCode, message: string, options?: KubeErrorOptions) {
    // Nearly every text about a cluster begins here: what a plugin, a proxy or a kubeconfig said may hold a password.
    super(code, redact(message), options);
    this.httpStatus = options?.httpStatus;
    this.status = options?.status;
    this.answer = options?.answer;
    this.proxy = options?.proxy;
  }
}
