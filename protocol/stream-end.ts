/**
 * How a stream ended, as data. `cause` is for programs (metrics, close codes, the doctor, the page's states) and is
 * never read back from `words`, which are for people.
 */

export const END_CAUSES = [
  /** The command ended and told its exit code, or the forwarded connection was closed in order. */
  "exited",
  /** The API server closed in order without a status, or could not run the command. */
  "closed",
  /** A person ended it. */
  "ended-by-person",
  /** The person closed the page's socket, or kubectl hung up. */
  "client-left",
  /** A limit of ours: nobody looked at it, too many, too long. */
  "limit",
  /** The right to it was taken away, or could not be confirmed any more. */
  "revoked",
  /** The sign-in under which it was opened is over. */
  "signed-out",
  /** Porthole stops. */
  "shutdown",
  /** The peer stopped answering pings. */
  "dead-peer",
  /** The connection broke. */
  "lost",
  /** It was never opened: the dial was refused or got no answer. */
  "refused",
  /** A peer broke the protocol. */
  "protocol",
] as const;

export type EndCause = (typeof END_CAUSES)[number];

export interface StreamEnd {
  cause: EndCause;
  /** In words a person can act on; never empty. */
  words: string;
}

/** Why a stream goes over SPDY although a WebSocket would be better. */
export const FALLBACK_CODES = [
  /** One of kubectl's environment switches is false. */
  "switched-off",
  /** 403: the WebSocket upgrade is a GET, and the role lacks `get` on the subresource. */
  "lacks-get",
  /** The kubelets of this cluster do not speak the subprotocol. */
  "no-subprotocol",
  /** Another answer than 101; the words hold its code. */
  "refused",
  /** A 101 that is none of ours. */
  "wrong-upgrade",
] as const;

export type FallbackCode = (typeof FALLBACK_CODES)[number];

export interface Fallback {
  code: FallbackCode;
  words: string;
}
