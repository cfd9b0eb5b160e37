/** Errors of the kube layer. */
import { CodedError } from "#protocol/coded-error.ts";
import type { Status } from "#protocol/status.ts";

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
  /** The answer is not what the API promises: too large, or no JSON. */
  | "BAD_ANSWER"
  /** A name or a port that Kubernetes does not allow. */
  | "INVALID"
  | "CANCELED";

export class KubeError extends CodedError<KubeErrorCode> {
  override readonly name = "KubeError";
  /** With code STATUS: the HTTP code and the Status of the answer. */
  readonly httpStatus: number | undefined;
  readonly status: Status | undefined;
  constructor(
    code: KubeErrorCode,
    message: string,
    options?: { cause?: unknown; httpStatus?: number; status?: Status },
  ) {
    super(code, message, options);
    this.httpStatus = options?.httpStatus;
    this.status = options?.status;
  }
}
