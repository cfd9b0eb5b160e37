/** The error of this layer, and how failures of the layers below become one. */
import { CodedError } from "#protocol/coded-error.ts";
import { AccessError } from "#server/access/access-error.ts";
import { KubeError } from "#server/kube/errors.ts";
import { StreamError, UpgradeError } from "#server/stream/errors.ts";

export type ForwardErrorCode =
  /** There is no forward with this id. */
  | "NOT_FOUND"
  /** There is no such pod, service or workload, or no pod behind it. */
  | "NO_SUCH_POD"
  /** The service does not have the port that was asked for. */
  | "NO_SUCH_PORT"
  /** The pod exists and does not run. */
  | "NOT_RUNNING"
  /** The pod runs and nothing listens on the port. */
  | "REFUSED"
  /** The pod's runtime could not connect for another reason; the message is its own. */
  | "POD"
  /** The pod's program closed the connection without an answer. */
  | "NO_ANSWER"
  /** The pod's program answered with something that is not HTTP. */
  | "NOT_HTTP"
  /** The cluster's credential may not do this. */
  | "FORBIDDEN"
  /** The API server did not answer, or not as it should. */
  | "CLUSTER"
  /** The tunnel could not be opened or was lost. */
  | "TUNNEL"
  /** The tunnel stands still because another reader in it is slow; on another tunnel it would go. */
  | "STALLED"
  /** No answer within a named limit. */
  | "TIMEOUT"
  /** As many as allowed are open already. */
  | "LIMIT"
  /** A kind, name or port that cannot be forwarded. */
  | "INVALID"
  /** The forward was removed. */
  | "CLOSED";

export class ForwardError extends CodedError<ForwardErrorCode> {
  override readonly name = "ForwardError";
}

/** containerd and CRI-O put Go's "connect: connection refused" into the error stream's text. */
const REFUSED_TEXT = /connection refused/i;
/** The sandbox went away under an open tunnel: its network namespace is closed or the runtime lost it. */
const GONE_TEXT =
  /(is not running|not found|no such (container|sandbox)|network namespace .* closed|does not exist)/i;

/** Names what the pod's side wrote on the error stream (protocol.md 3.1). */
export function podError(text: string): ForwardError {
  const message = text.trim();
  if (REFUSED_TEXT.test(message)) return new ForwardError("REFUSED", message);
  if (GONE_TEXT.test(message)) return new ForwardError("NOT_RUNNING", message);
  return new ForwardError("POD", message);
}

/** Turns whatever a lower layer rejected with into a ForwardError; the original stays as its cause. */
export function asForwardError(cause: unknown): ForwardError {
  if (cause instanceof ForwardError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ForwardError(codeOf(cause), message, { cause });
}

function codeOf(cause: unknown): ForwardErrorCode {
  if (cause instanceof AccessError) return "FORBIDDEN";
  if (cause instanceof UpgradeError) return codeOfStatus(cause.httpStatus) ?? "TUNNEL";
  if (cause instanceof StreamError) return cause.code === "TIMEOUT" ? "TIMEOUT" : "TUNNEL";
  if (!(cause instanceof KubeError)) return "TUNNEL";
  if (cause.code === "INVALID") return "INVALID";
  return codeOfStatus(cause.httpStatus) ?? "CLUSTER";
}

function codeOfStatus(httpStatus: number | undefined): ForwardErrorCode | null {
  if (httpStatus === 401 || httpStatus === 403) return "FORBIDDEN";
  if (httpStatus === 404) return "NO_SUCH_POD";
  return null;
}
