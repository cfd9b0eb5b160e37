"use client";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { SessionView } from "../session/session-view.ts";
import { summaryOf } from "../session/terminal-summary.ts";
import type { TerminalSummary } from "../session/terminal-target.ts";

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
  useEffect(() => {
    latest.current({ state, title, exitCode, sessionId });
  }, [state, title, exitCode, sessionId]);
}
