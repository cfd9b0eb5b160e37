/** A terminal has one size and its viewers have one each: whose counts. */
import type { TerminalSize } from "#protocol/resize.ts";
import { mayWrite, type ViewerRole } from "./viewer.ts";

/** What a policy knows of a viewer. */
export interface SizedViewer {
  readonly role: ViewerRole;
  /** Null until it has said one. */
  readonly size: TerminalSize | null;
  /** When it said that, counted in sizes that any viewer of the session said. */
  readonly sizeTurn: number;
}

/** @param current what the terminal has; kept when no viewer has a say */
export type SizePolicy = (viewers: Iterable<SizedViewer>, current: TerminalSize) => TerminalSize;

/**
 * The last size that was said by somebody who may type. When that viewer leaves, the one before it counts again. Who
 * only looks on must not redraw the screen of whoever works on it.
 */
export const latestSize: SizePolicy = (viewers, current) => {
  let latest: SizedViewer | null = null;
  for (const viewer of viewers) {
    if (viewer.size && mayWrite(viewer.role) && viewer.sizeTurn > (latest?.sizeTurn ?? -1)) latest = viewer;
  }
  return latest?.size ?? current;
};
