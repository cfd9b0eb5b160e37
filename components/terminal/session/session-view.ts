/** What the page shows of a session: one frozen value, replaced as a whole when anything in it changes. */
import type { StreamPath } from "#protocol/session-event.ts";
import type { RunRequest } from "./run-choice.ts";
import { INITIAL_STATE, nextState, type SessionChange, type SessionState } from "./terminal-session-state.ts";

/** Round trips kept for the small plot in the head. */
export const MAX_ROUND_TRIPS = 32;

export interface SessionView {
  readonly state: SessionState;
  /** Null until the session exists. */
  readonly id: string | null;
  readonly path: StreamPath | null;
  readonly startedAt: number | null;
  /** What this page asked for to find a shell; empty when another page did. */
  readonly tried: readonly RunRequest[];
  /** Milliseconds between page and server, newest last. */
  readonly roundTrips: readonly number[];
  /** Milliseconds between server and API server. */
  readonly upstreamMs: number | null;
  /** Typed while away, waiting to be sent. */
  readonly keptBytes: number;
}

export function initialView(sessionId: string | null): SessionView {
  const unknown = { path: null, startedAt: null, tried: [], roundTrips: [], upstreamMs: null, keptBytes: 0 };
  return { state: INITIAL_STATE, id: sessionId, ...unknown };
}

export class SessionViewHolder {
  #view: SessionView;
  #onView: ((view: SessionView) => void) | null;

  constructor(sessionId: string | null, onView: (view: SessionView) => void) {
    this.#view = initialView(sessionId);
    this.#onView = onView;
  }

  get view(): SessionView {
    return this.#view;
  }

  get state(): SessionState {
    return this.#view.state;
  }

  apply(change: SessionChange): void {
    const state = nextState(this.#view.state, change);
    if (state !== this.#view.state) this.show({ state });
  }

  show(part: Partial<SessionView>): void {
    this.#view = { ...this.#view, ...part };
    this.#onView?.(this.#view);
  }

  addRoundTrip(ms: number): void {
    this.show({ roundTrips: [...this.#view.roundTrips, ms].slice(-MAX_ROUND_TRIPS) });
  }

  /** The page is no longer told. */
  dispose(): void {
    this.#onView = null;
  }
}
