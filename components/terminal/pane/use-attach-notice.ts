import { useEffect, useRef } from "react";
import type { TerminalTarget } from "../session/session-api.ts";
import type { SessionState } from "../session/terminal-session-state.ts";
import type { PaneNotices } from "./pane-notices.ts";

/** Said when it begins. Few terminals are attached, so the words come with those. */
export function useAttachNotice(
  { run, container }: TerminalTarget,
  state: SessionState["kind"],
  { show }: PaneNotices,
): void {
  const latest = useRef(show);
  latest.current = show;
  const attached = run?.kind === "attach" && state === "live" ? run : null;
  useEffect(() => {
    if (attached)
      void import("./attach-words.ts").then((words) =>
        latest.current(words.attachNotice(attached, container)),
      );
  }, [attached, container]);
}
