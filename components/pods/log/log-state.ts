/** What the page shows of a log. */
import type { LogLine } from "./log-line.ts";

export interface LogState {
  /** connecting: asked for; live: read on; ended: the answer has; failed: `problem` says why. */
  phase: "connecting" | "live" | "ended" | "failed";
  lines: readonly LogLine[];
  /** Earlier lines that are not kept. */
  dropped: number;
  /** There may be lines before the first: unasked for, or dropped. */
  earlier: "maybe" | "loading" | "none";
  /** When it has ended: the log goes on by itself once the container runs. */
  waits: boolean;
  problem: string | null;
}

export const INITIAL_LOG_STATE: LogState = {
  phase: "connecting",
  lines: [],
  dropped: 0,
  earlier: "none",
  waits: false,
  problem: null,
};
