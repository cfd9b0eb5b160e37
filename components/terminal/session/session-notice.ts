/** Things that happened to a session once and deserve a sentence; states have their own words. */
import { formatBytes, formatDuration, plural } from "#components/ui/format.ts";
import { MAX_KEPT_INPUT_BYTES } from "./kept-input.ts";
import { MAX_STDIN_QUEUE_BYTES } from "./stdin-queue.ts";

export type SessionNotice =
  /** Back after an absence, without a gap. */
  | { type: "resumed"; awayMs: number; replayed: number }
  /** Output that exists nowhere any more; the screen was emptied and repainted. */
  | { type: "output-lost"; bytes: number }
  /** A new page on an old session: the server's memory does not reach back to the beginning. */
  | { type: "history-cut"; bytes: number }
  /** Output that came after a Ctrl-C and was not drawn. */
  | { type: "flood-skipped"; bytes: number }
  | { type: "input-refused"; why: "away" | "too-large" }
  /** Input that was accepted but cannot be delivered any more. */
  | { type: "input-dropped"; bytes: number }
  /** The server's own words. */
  | { type: "notice"; words: string };

export function noticeWords(notice: SessionNotice): string {
  switch (notice.type) {
    case "notice":
      return notice.words;
    case "resumed": {
      const replayed = notice.replayed
        ? ` ${plural(notice.replayed, "byte")} replayed, nothing lost.`
        : " Nothing was lost.";
      return `Resumed after ${formatDuration(notice.awayMs)} without connection.${replayed}`;
    }
    case "output-lost":
      return `${plural(notice.bytes, "byte")} of output passed while this page could not read and are gone. The screen begins anew.`;
    case "history-cut":
      return `The program has written more than is kept: its first ${formatBytes(notice.bytes)} are not shown.`;
    case "flood-skipped":
      return `${formatBytes(notice.bytes)} that were on their way when you pressed Ctrl-C are not shown.`;
    case "input-refused":
      return notice.why === "away"
        ? `Not typed: without a connection at most ${MAX_KEPT_INPUT_BYTES / 1024} KB are kept.`
        : `Not pasted: more than ${MAX_STDIN_QUEUE_BYTES / 1024 / 1024} MB would be waiting to be sent.`;
    case "input-dropped":
      return `${plural(notice.bytes, "byte")} of input did not reach the pod, because the connection ended.`;
  }
}
