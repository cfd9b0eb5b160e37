/**
 * Drops control sequences whose count is absurd. xterm 6.0 runs some of them as a loop over the count and clamps it
 * only to 2 147 483 647, so one line printed in a pod (CSI 2147483647 L) would freeze the page for an hour.
 */
import type { IDisposable, Terminal } from "@xterm/xterm";

/** More lines than a screen has are as many as it has, so a real program has no use for more. */
const MIN_LINE_LIMIT = 100;
/** Tab stops in a row. */
const TAB_LIMIT = 1_000;
/** Repetitions of a character: a whole screen of it, and then some. */
const REPEAT_LIMIT = 20_000;

export function limitCounts(terminal: Terminal): IDisposable {
  const lineLimit = () => Math.max(MIN_LINE_LIMIT, terminal.rows);
  const limits: [final: string, limit: () => number][] = [
    // IL, DL, SU, SD: insert, delete and scroll lines.
    ["L", lineLimit],
    ["M", lineLimit],
    ["S", lineLimit],
    ["T", lineLimit],
    // CHT, CBT: forward and backward by tab stops.
    ["I", () => TAB_LIMIT],
    ["Z", () => TAB_LIMIT],
    // REP: allocates room for the whole count, and throws in the middle of a chunk when there is none.
    ["b", () => REPEAT_LIMIT],
  ];
  const handlers = limits.map(([final, limit]) =>
    // A handler that returns true has dealt with the sequence: here, by dropping it.
    terminal.parser.registerCsiHandler({ final }, ([count]) => typeof count === "number" && count > limit()),
  );
  return {
    dispose() {
      for (const handler of handlers) handler.dispose();
    },
  };
}
