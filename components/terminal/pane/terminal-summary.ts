"use client";
/** What the page around a terminal is told of it: a tab shows it, and finds the session again after a reload. */
import { useEffect, useLayoutEffect, useRef } from "react";
import type { SessionView } from "../session/session-view.ts";
import type { SessionState } from "../session/terminal-session-state.ts";

export interface TerminalSummary {
  state: "connecting" | "live" | "behind" | "reconnecting" | "ended" | "refused";
  /** What the program in the pod calls its window, as plain text. */
  title: string | null;
  /** Null while it runs, and when no exit status was received. */
  exitCode: number | null;
  /** The session to come back to after a reload; null until there is one. */
  sessionId: string | null;
}

/** Tells the page around the terminal when something of its summary changed, and only then. */
export function useSummary(
  view: SessionView,
  title: string | null,
  tell: (summary: TerminalSummary) => void,
): void {
  const latest = useRef(tell);
  useLayoutEffect(() => {
    latest.current = tell;
  });
  const { state, exitCode, sessionId } = summaryOf(view, title);
  // By its parts: the view is a new object with every round trip, and a tab draws the whole strip.
  useEffect(() => {
    latest.current({ state, title, exitCode, sessionId });
  }, [state, title, exitCode, sessionId]);
}

function summaryOf({ state, id }: SessionView, title: string | null): TerminalSummary {
  const exitCode = state.kind === "ended" && state.ending.kind === "exited" ? state.ending.code : null;
  return { state: summaryState(state), title, exitCode, sessionId: id };
}

/** For a tab a session that is gone is over like one that ended: nothing more comes, and nothing is to be done. */
function summaryState(state: SessionState): TerminalSummary["state"] {
  return state.kind === "gone" ? "ended" : state.kind;
}
