/** Hands a terminal's text to the person as a file. It is made in the page and never leaves it. */
import type { TerminalTarget } from "../session/terminal-target.ts";

/** After the browser has surely begun to read it. */
const REVOKE_AFTER_MS = 10_000;

export function saveTranscript(text: string, { namespace, pod, container }: TerminalTarget): void {
  const url = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${[namespace, pod, container, fileTime(new Date())].join("_")}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
}

/** "2026-03-14T09-26-53": no colon, which some file systems refuse. */
function fileTime(at: Date): string {
  return at.toISOString().slice(0, 19).replaceAll(":", "-");
}
