/** What the page around a terminal is told of it. */
import type { SessionView } from "./session-view.ts";
import type { SessionState } from "./terminal-session-state.ts";
import type { TerminalSummary } from "./terminal-target.ts";

export function summaryOf({ state, id }: SessionView, title: string | null): TerminalSummary {
  const exitCode = state.kind === "ended" && state.ending.kind === "exited" ? state.ending.code : null;
  return { state: summaryState(state), title, exitCode, sessionId: id };
}

function summaryState(state: SessionState): TerminalSummary["state"] {
  switch (state.kind) {
    case "gone":
      return "ended";
    case "replaced":
      return "refused";
    default:
      return state.kind;
  }
}
