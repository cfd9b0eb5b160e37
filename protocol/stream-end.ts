/**
 * How a stream ended, as data. `cause` is for programs (metrics, close codes, the doctor, the page's states) and is
 * never read back from `words`, which are for people.
 */

export const END_CAUSES = [
  /** The command ended and its status came. */
  "exited",
  /** The peer closed it in order; of an exec that is without a status, of a port-forward there is none to come. */
  "closed",
  /** A person ended it. */
  "ended-by-person",
  /** The client left: its page was closed, its kubectl hung up, or it went before the stream was open. */
  "client-left",
  /** A limit of ours: nobody looked at it, too many, too long. */
  "limit",
  /** The right to it was taken away, or could not be confirmed any more. */
  "revoked",
  /** The sign-in under which it was opened is over. */
  "signed-out",
  /** Porthole stops. */
  "shutdown",
  /** The peer stops, and said so before it went. */
  "going-away",
  /** The peer stopped answering pings. */
  "dead-peer",
  /** The connection broke. */
  "lost",
  /** It was never opened: the dial was answered with a refusal, or there was no credential to dial with. */
  "refused",
  /** It was never opened: nobody answered the dial, or not in time. */
  "unreachable",
  /** A peer broke the protocol. */
  "protocol",
] as const;

export type EndCause = (typeof END_CAUSES)[number];

export interface StreamEnd {
  cause: EndCause;
  /** In words a person can act on; never empty. */
  words: string;
}

/** For what comes without a type, such as the reason of an AbortSignal. */
export function isStreamEnd(value: unknown): value is StreamEnd {
  const { cause, words } = (value ?? {}) as Partial<StreamEnd>;
  return typeof words === "string" && END_CAUSES.includes(cause as EndCause);
}

/** Why a stream goes over SPDY although a WebSocket would be better. */
export type FallbackCode =
  /** One of kubectl's environment switches is false. */
  | "switched-off"
  /** 403: the WebSocket upgrade is a GET, and the role lacks `get` on the subresource. */
  | "lacks-get"
  /** The kubelets of this cluster do not speak the subprotocol. */
  | "no-subprotocol"
  /** Another answer than 101: `httpStatus`. */
  | "refused"
  /** A 101 that is none of ours. */
  | "wrong-upgrade";

export interface Fallback {
  code: FallbackCode;
  words: string;
  /** What the WebSocket upgrade was answered; absent when none was asked for. */
  httpStatus?: number;
}
