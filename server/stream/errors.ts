/** Errors of the stream layer. */
import { CodedError } from "#protocol/coded-error.ts";
import type { Status } from "#protocol/status.ts";
import type { RefusalAnswer } from "#server/kube/errors.ts";

export type StreamErrorCode =
  /** DNS, TCP or TLS: no HTTP answer came. */
  | "UNREACHABLE"
  /** No answer within a named limit. */
  | "TIMEOUT"
  /** The peer broke the protocol. */
  | "PROTOCOL"
  /** The peer stopped answering pings. */
  | "DEAD_PEER"
  /** Connection lost after the upgrade. */
  | "LOST"
  /** The peer stops, and said so before it went. */
  | "GOING_AWAY"
  | "CANCELED";

/** A stream could not be opened or kept, and no HTTP answer explains it. */
export class StreamError extends CodedError<StreamErrorCode> {
  override readonly name = "StreamError";
}

/**
 * The handshake was answered with something other than a good 101: client-go's UpgradeFailureError.
 * Only this may lead to a fallback (protocol.md 1.10).
 */
export class UpgradeError extends CodedError<"UPGRADE_REFUSED"> {
  override readonly name = "UpgradeError";
  /** Absent when the answer was a 101. */
  readonly answer: RefusalAnswer | undefined;
  /**
   * @param httpStatus the answer's code; 101 when the subprotocol in it was wrong or missing
   * @param status the API server's Status, when the body held one
   */
  constructor(
    readonly httpStatus: number,
    message: string,
    readonly status: Status | null = null,
    options?: { cause?: unknown; answer?: RefusalAnswer },
  ) {
    super("UPGRADE_REFUSED", message, options);
    this.answer = options?.answer;
  }
}
