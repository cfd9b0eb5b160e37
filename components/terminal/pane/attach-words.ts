import type { RunChoice } from "../session/run-choice.ts";
import type { PaneNotice } from "./pane-notices.ts";

/** What closing an attached terminal and Ctrl-C do: it looks like a shell and is none. */
export function attachNotice(run: Extract<RunChoice, { kind: "attach" }>, container: string): PaneNotice {
  const place = container === "" ? "the container" : container;
  const typed = run.stdin
    ? "What is typed here reaches it: Ctrl-C may end it, and the container with it."
    : "It takes no input.";
  return {
    key: "attached",
    tone: run.stdin ? "warn" : "ok",
    text: `Attached to the main process of ${place}, from now on. ${typed} Closing the tab detaches and leaves it running.`,
    stays: true,
  };
}
