/** How a connection behaves, and what its owner is told. */
import type { DirectReader } from "./direct-reads.ts";
import type { SpdyConnectionError } from "./errors.ts";
import type { SpdyStream } from "./stream.ts";

export interface SpdyConnectionOptions {
  role: "client" | "server";
  /** Server role: reply() or reset() it. Without a handler every stream is refused. */
  onStream?: (stream: SpdyStream) => void;
  /** Once. Null after close(), or after the peer's GOAWAY; streams still open then fail nevertheless. */
  onEnd?: (error: SpdyConnectionError | null) => void;
  /** Undefined or 0: no pings of our own. */
  pingPeriodMs?: number;
  /** Silence after a ping that ends the connection; pinger.ts says when a peer gets longer. */
  pingTimeoutMs?: number;
  /** More than this sent and not confirmed may wait for a program that does not read. */
  unconfirmedSmallBytes?: number;
  maxStreams?: number;
  replyTimeoutMs?: number;
  /** Gives the bytes straight to a reader (direct-reads.ts); false when they only come by 'data'. */
  takeReads?: (reader: DirectReader) => boolean;
}
