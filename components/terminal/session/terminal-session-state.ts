/**
 * The states of one terminal and every way from one to another. A state carries exactly what is true in it, so the
 * page cannot show "live" beside a broken connection: there is no flag that could have been forgotten.
 */
import type { Ending } from "#protocol/status.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";

export type SessionState =
  /** starting: the server makes the session and reaches the pod; attaching: this page opens its stream of it. */
  | { kind: "connecting"; step: "starting" | "attaching" }
  | { kind: "live" }
  /** Attached, and still drawing output that is older than what the pod has sent. */
  | { kind: "behind" }
  /** The session goes on in the server; this page is cut off from it. */
  | { kind: "reconnecting"; since: number; attempt: number; retryAt: number | null; tooSlow: boolean }
  | { kind: "ended"; ending: Ending; end: StreamEnd; lastedMs: number | null }
  /** The server knows no such session (any more). */
  | { kind: "gone" }
  | { kind: "refused"; message: string; remedy: Remedy };

/** No terminal any more that takes input: a note stands below it. */
export type OverState = Extract<SessionState, { kind: "ended" | "gone" | "refused" }>;

/** What may help after a refusal: asking again, signing in first, or nothing this page could do. */
export type Remedy = "retry" | "sign-in" | "none";

export type SessionChange =
  | { type: "dialling"; step: "starting" | "attaching" }
  | { type: "attached"; catchingUp: boolean }
  | { type: "caught-up" }
  | { type: "lost"; at: number; attempt: number; retryAt: number; tooSlow: boolean }
  | { type: "retrying" }
  | { type: "ended"; ending: Ending; end: StreamEnd; lastedMs: number | null }
  | { type: "gone" }
  | { type: "refused"; message: string; remedy: Remedy };

export const INITIAL_STATE: SessionState = { kind: "connecting", step: "starting" };

export function hasNote(state: SessionState): state is OverState {
  return isOver(state) || state.kind === "refused";
}

/** Nothing leads out of these: a new shell is a new session. */
export function isOver(state: SessionState): boolean {
  return state.kind === "ended" || state.kind === "gone";
}

/** The state after a change. A change that cannot happen in a state leaves it as it is. */
export function nextState(state: SessionState, change: SessionChange): SessionState {
  if (isOver(state)) return state;
  switch (change.type) {
    case "dialling":
      return { kind: "connecting", step: change.step };
    case "attached":
      if (state.kind !== "connecting" && state.kind !== "reconnecting") return state;
      return { kind: change.catchingUp ? "behind" : "live" };
    case "caught-up":
      return state.kind === "behind" ? { kind: "live" } : state;
    case "lost":
      return afterLoss(state, change);
    case "retrying":
      return state.kind === "reconnecting" ? { ...state, retryAt: null } : state;
    case "ended":
      return { kind: "ended", ending: change.ending, end: change.end, lastedMs: change.lastedMs };
    case "gone":
      return { kind: "gone" };
    case "refused":
      return { kind: "refused", message: change.message, remedy: change.remedy };
  }
}

function afterLoss(state: SessionState, change: Extract<SessionChange, { type: "lost" }>): SessionState {
  const { attempt, retryAt } = change;
  // Failed attempts in a row are one absence, counted from its beginning.
  const since = state.kind === "reconnecting" ? state.since : change.at;
  const tooSlow = change.tooSlow || (state.kind === "reconnecting" && state.tooSlow);
  return { kind: "reconnecting", since, attempt, retryAt, tooSlow };
}

/** Where typed input goes: to the pod, into the small store for the way back, or nowhere. */
export function inputRoute(state: SessionState): "send" | "keep" | "refuse" {
  switch (state.kind) {
    case "live":
    case "behind":
      return "send";
    case "connecting":
    case "reconnecting":
      return "keep";
    default:
      return "refuse";
  }
}
