/** What the terminal asks of Porthole's own API: make a session, find it, end it, and the ticket for one stream. */
import { ApiError, apiFetch } from "#components/ui/api-client.ts";
import type { SessionCreated, SessionInfo, SessionRequest, TicketInfo } from "#protocol/api.ts";
import type { TerminalSize } from "#protocol/resize.ts";
import { PORTHOLE_SUBPROTOCOL, TICKET_PREFIX } from "#protocol/subprotocol.ts";
import { SIGN_IN_WORDS } from "./close-verdict.ts";
import type { RunChoice, RunRequest } from "./run-choice.ts";
import type { Remedy } from "./terminal-session-state.ts";
import type { WebSocketLike } from "./terminal-socket.ts";

/** Which container a new session runs in, and what. */
export interface SessionTarget {
  cluster: string;
  namespace: string;
  pod: string;
  /** Empty: the API server's default. */
  container: string;
  /** Absent: the best shell there is. */
  run?: RunChoice | undefined;
  /** Absent where the pod's spec does not say. */
  windows?: boolean | undefined;
}

/** What a terminal's pane is opened on. */
export interface TerminalTarget extends SessionTarget {
  /** Names that may be chosen instead. */
  containers: string[];
}

export interface SessionApi {
  create(target: SessionTarget, run: RunRequest, size: TerminalSize): Promise<SessionCreated>;
  /** A ticket opens one stream of this session, once, within 30 s. */
  ticket(id: string): Promise<string>;
  find(id: string): Promise<SessionInfo>;
  end(id: string): Promise<void>;
  /** Whether the pod's node runs Windows. False as well when that may not be known. */
  nodeIsWindows(target: SessionTarget): Promise<boolean>;
}

/** A request into a network that swallows everything has to fail before anyone gives up on the page. */
const ANSWER_TIMEOUT_MS = 10_000;
/** Making a session dials the pod, with a fallback; the server's own limits end that sooner. */
const CREATE_TIMEOUT_MS = 90_000;

export const sessionApi: SessionApi = {
  async create({ cluster, namespace, pod, container }, run, size) {
    const body: SessionRequest = {
      cluster,
      namespace,
      pod,
      ...(container === "" ? {} : { container }),
      ...run,
      cols: size.width,
      rows: size.height,
    };
    const signal = AbortSignal.timeout(CREATE_TIMEOUT_MS);
    return (await apiFetch("/api/sessions", { method: "POST", body, signal })) as SessionCreated;
  },
  async ticket(id) {
    const body = { path: streamPath(id) };
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    return ((await apiFetch("/api/tickets", { method: "POST", body, signal })) as TicketInfo).ticket;
  },
  async find(id) {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    return (await apiFetch(sessionPath(id), { signal })) as SessionInfo;
  },
  end: endSession,
  // Its code comes with the few that need it; without it there is no hint.
  nodeIsWindows: (target) =>
    import("./node-os.ts").then(
      (module) => module.nodeIsWindows(target),
      () => false,
    ),
};

/** Ends the command. A session that is gone already has what was asked for. */
export async function endSession(id: string): Promise<void> {
  try {
    await apiFetch(sessionPath(id), { method: "DELETE" });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}

/** @param from how many bytes of the session's output this page has; 0 on a new page */
export function openSessionSocket(id: string, from: number, ticket: string): WebSocketLike {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const url = `${scheme}://${location.host}${streamPath(id)}?from=${from}`;
  return new WebSocket(url, [PORTHOLE_SUBPROTOCOL, TICKET_PREFIX + ticket]);
}

/** What a failed request means for the session it was made for; `message` can be shown as it is. */
export type ApiVerdict =
  /** The server was not reached or could not serve: the same request may succeed later. */
  | { kind: "unavailable"; message: string }
  | { kind: "gone"; message: string }
  | { kind: "refused"; message: string; remedy: Remedy };

export function apiVerdict(error: unknown): ApiVerdict {
  if (!(error instanceof ApiError))
    return { kind: "unavailable", message: "Porthole did not answer in time." };
  const { status, message } = error;
  if (status === 0 || status === 429 || status >= 500) return { kind: "unavailable", message };
  if (status === 401) return { kind: "refused", message: SIGN_IN_WORDS, remedy: "sign-in" };
  if (status === 404) return { kind: "gone", message };
  return { kind: "refused", message, remedy: status === 403 ? "none" : "retry" };
}

function sessionPath(id: string): string {
  return `/api/sessions/${encodeURIComponent(id)}`;
}

function streamPath(id: string): string {
  return `${sessionPath(id)}/stream`;
}
