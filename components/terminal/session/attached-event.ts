/** The first thing the server says on a stream. A server of an older build leaves one number out. */
import type { SessionEvent } from "#protocol/session-event.ts";

export type AttachedEvent = Extract<SessionEvent, { type: "attached" }>;

/**
 * How much output the session had written when this viewer attached: the border between replay and live. Null when
 * the server does not say; then the first moments after the attach have to serve as the replay.
 */
export function writtenAt(event: AttachedEvent): number | null {
  if (!("written" in event)) return null;
  const { written } = event;
  return typeof written === "number" && Number.isSafeInteger(written) && written >= event.offset
    ? written
    : null;
}
