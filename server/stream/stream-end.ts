/**
 * How a stream ended, from what ended it: a close code, or an error of this layer or of one below. The one place where
 * their codes become a cause, and their messages words that fit behind a colon.
 */
import { CloseCode, causeOfClose, ReceivedCode } from "#protocol/close-code.ts";
import type { EndCause, StreamEnd } from "#protocol/stream-end.ts";
import { KubeError, type KubeErrorCode } from "#server/kube/errors.ts";
import {
  SpdyConnectionError,
  type SpdyConnectionErrorCode,
  SpdyStreamError,
  type SpdyStreamErrorCode,
} from "#server/spdy/errors.ts";
import { StreamError, type StreamErrorCode, UpgradeError } from "./errors.ts";
import type { SocketEnd } from "./types.ts";

/** Said of every wire alike. */
export const DEAD_PEER: StreamEnd = { cause: "dead-peer", words: "the peer stopped answering pings" };

/** A forwarded stream ended by a reset without a word. */
export const RESET_WORDS = "the pod's side reset the connection";

const CLOSE_WORDS: Record<number, string> = {
  [CloseCode.Normal]: "it was closed in order",
  [CloseCode.GoingAway]: "the peer is going away",
  [ReceivedCode.NoStatus]: "it was closed without a code",
  [ReceivedCode.Abnormal]: "the connection was lost",
};

/** @param reason what the peer wrote into its close frame, if anything */
export function endOfClose(code: number, reason: string): SocketEnd {
  const words = reason || (CLOSE_WORDS[code] ?? `it was closed with code ${code}`);
  return { cause: causeOfClose(code), words, code };
}

const STREAM_CAUSES: Record<StreamErrorCode, EndCause> = {
  UNREACHABLE: "unreachable",
  TIMEOUT: "unreachable",
  PROTOCOL: "protocol",
  DEAD_PEER: "dead-peer",
  LOST: "lost",
  GOING_AWAY: "going-away",
  CANCELED: "client-left",
};

const SPDY_CAUSES: Record<SpdyConnectionErrorCode, EndCause> = {
  PROTOCOL: "protocol",
  FRAME_TOO_LARGE: "protocol",
  HEADERS: "protocol",
  FLOOD: "protocol",
  PING_TIMEOUT: "dead-peer",
  LOST: "lost",
  GOAWAY: "going-away",
  CLOSED: "closed",
  TOO_MANY_STREAMS: "limit",
};

const SPDY_STREAM_CAUSES: Record<SpdyStreamErrorCode, EndCause> = {
  RESET: "refused",
  REPLY_TIMEOUT: "unreachable",
  LOST: "lost",
  CANCELED: "client-left",
  HEADERS: "protocol",
};

const KUBE_CAUSES: Record<KubeErrorCode, EndCause> = {
  CONFIG: "refused",
  CREDENTIAL: "refused",
  UNREACHABLE: "unreachable",
  TIMEOUT: "unreachable",
  STATUS: "refused",
  BAD_ANSWER: "protocol",
  INVALID: "refused",
  CANCELED: "client-left",
};

/** @param error of a dial, of a connection, or of one stream of it */
export function endOf(error: Error): StreamEnd {
  // A stream says only that its connection is gone; the connection knows why.
  const known =
    error instanceof SpdyStreamError && error.code === "LOST" && error.cause instanceof Error
      ? error.cause
      : error;
  const cause = causeOf(known);
  return cause === "dead-peer"
    ? DEAD_PEER
    : { cause, words: behindColon(known.message || "no reason was given") };
}

/** The end of a client's leg, as the reason for which the leg behind it ends. */
export function clientEnd({ cause, words }: StreamEnd): StreamEnd {
  return { cause: cause === "closed" || cause === "going-away" ? "client-left" : cause, words };
}

/** @returns `lost` for what the operating system or a library said of a connection */
function causeOf(error: Error): EndCause {
  if (error instanceof UpgradeError) return "refused";
  if (error instanceof StreamError) return STREAM_CAUSES[error.code];
  if (error instanceof SpdyConnectionError) return SPDY_CAUSES[error.code];
  if (error instanceof SpdyStreamError) return SPDY_STREAM_CAUSES[error.code];
  if (error instanceof KubeError) return KUBE_CAUSES[error.code];
  return "lost";
}

function behindColon(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, "");
}

/** The peer is at fault, and has no claim to more than the reason. */
export function brokeBound({ cause }: StreamEnd): boolean {
  return cause === "protocol" || cause === "limit";
}
