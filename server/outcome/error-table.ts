/**
 * From the code of an error to HTTP, for both audiences side by side: the API, which answers Kubernetes Status JSON
 * (http/error-response.ts), and the visitors of a preview (preview/failure-page.ts). Errors that hold the answer of an
 * API server keep its code and are not here: UpgradeError, and KubeError with the code STATUS.
 */
import type { AccessErrorCode } from "#server/access/access-error.ts";
import type { ForwardErrorCode } from "#server/forward/errors.ts";
import type { KubeErrorCode } from "#server/kube/errors.ts";
import type { SessionErrorCode } from "#server/session/session-registry.ts";
import type { StreamErrorCode } from "#server/stream/errors.ts";

/** nginx's: the client closed its request. Only a log ever shows it. */
const CLIENT_CLOSED = 499;

export const ACCESS_HTTP: Record<AccessErrorCode, number> = {
  UNAUTHENTICATED: 401,
  FOREIGN: 403,
  FORBIDDEN: 403,
  TOO_MANY: 429,
  STOPPING: 503,
};

/** Of a 503: whoever comes after this server, or beside it, answers by then. */
export const RETRY_AFTER_S = 5;

export const SESSION_HTTP: Record<SessionErrorCode, number> = { LIMIT: 429, NOT_FOUND: 404 };

export const KUBE_HTTP: Record<Exclude<KubeErrorCode, "STATUS">, number> = {
  INVALID: 400,
  CONFIG: 502,
  CREDENTIAL: 502,
  UNREACHABLE: 502,
  BAD_ANSWER: 502,
  TIMEOUT: 504,
  CANCELED: CLIENT_CLOSED,
};

export const STREAM_HTTP: Record<StreamErrorCode, number> = {
  UNREACHABLE: 502,
  PROTOCOL: 502,
  DEAD_PEER: 502,
  LOST: 502,
  GOING_AWAY: 502,
  TIMEOUT: 504,
  CANCELED: CLIENT_CLOSED,
};

export interface Audiences {
  api: number;
  /** A visitor named a forward, which is there: what is wrong behind it is a gateway's trouble, never a 4xx about the path. */
  preview: number;
}

const both = (code: number): Audiences => ({ api: code, preview: code });

export const FORWARD_HTTP: Record<ForwardErrorCode, Audiences> = {
  INVALID: { api: 400, preview: 502 },
  NO_SUCH_POD: { api: 404, preview: 502 },
  NO_SUCH_PORT: { api: 404, preview: 502 },
  FORBIDDEN: both(403),
  NOT_FOUND: both(404),
  // A moment later nobody knows that it ever was, and the same request is answered NOT_FOUND: so it is at once.
  CLOSED: both(404),
  // Like REFUSED: nobody is there to take the connection. No 409, for the request conflicts with nothing.
  NOT_RUNNING: both(502),
  REFUSED: both(502),
  POD: both(502),
  NO_ANSWER: both(502),
  NOT_HTTP: both(502),
  CLUSTER: both(502),
  TUNNEL: both(502),
  STALLED: both(503),
  TIMEOUT: both(504),
  // It is the asker's own number of forwards or connections that is at its limit. With 503 a proxy in front would take
  // Porthole for down.
  LIMIT: both(429),
};
