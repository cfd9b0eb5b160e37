/** Errors of SPDY/3.1: what ends a whole connection, and what ends one stream of it. */

export type SpdyConnectionErrorCode =
  /** The peer sent bytes that are no SPDY/3.1. */
  | "PROTOCOL"
  /** A control frame above its limit. */
  | "FRAME_TOO_LARGE"
  /** A header block that cannot be inflated, is above its limit, or holds a forbidden name. */
  | "HEADERS"
  /** The peer makes us answer and does not read the answers. */
  | "FLOOD"
  /** Nothing came back within the ping timeout. */
  | "PING_TIMEOUT"
  /** The bytes under the connection ended or failed without a GOAWAY. */
  | "LOST"
  /** The peer said GOAWAY. */
  | "GOAWAY"
  /** Closed by us. */
  | "CLOSED"
  /** maxStreams are open, or the 31-bit ids are used up. */
  | "TOO_MANY_STREAMS";

/** The connection and all of its streams are over, or it can open no further stream. */
export class SpdyConnectionError extends Error {
  override readonly name = "SpdyConnectionError";
  constructor(
    readonly code: SpdyConnectionErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export type SpdyStreamErrorCode =
  /** The peer sent RST_STREAM instead of SYN_REPLY. */
  | "RESET"
  /** No SYN_REPLY in time. */
  | "REPLY_TIMEOUT"
  /** The connection ended before the stream was answered; the cause says how. */
  | "LOST"
  /** Ended on this side before it was answered, or before a write was through. */
  | "CANCELED"
  /** A header that SPDY forbids, refused before it is sent: Go peers drop the connection for it. */
  | "HEADERS";

/** One stream failed; the others go on. */
export class SpdyStreamError extends Error {
  override readonly name = "SpdyStreamError";
  /** With code RESET: the status of the RST_STREAM. */
  readonly resetStatus: number | undefined;
  constructor(
    readonly code: SpdyStreamErrorCode,
    message: string,
    options?: { cause?: unknown; resetStatus?: number },
  ) {
    super(message, options);
    this.resetStatus = options?.resetStatus;
  }
}
