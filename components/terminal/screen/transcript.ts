/** A terminal's screen and scrollback as plain text, and as a file. It is made in the page and never leaves it. */
import type { Terminal } from "@xterm/xterm";
import { markHidden } from "#protocol/hidden-characters.ts";
import type { TerminalTarget } from "../session/session-api.ts";

/** After the browser has surely begun to read it. */
const REVOKE_AFTER_MS = 10_000;

/** Lines as the program wrote them: those that xterm wrapped at the edge are one again. Ends without blank lines. */
export function bufferText(terminal: Terminal): string {
  const buffer = terminal.buffer.active;
  const lines: string[] = [];
  for (let y = 0; y < buffer.length; y += 1) {
    const line = buffer.getLine(y);
    if (!line) continue;
    // A line that goes on in the next row keeps its trailing blanks: they are inside the text.
    const continues = buffer.getLine(y + 1)?.isWrapped ?? false;
    const text = line.translateToString(!continues);
    if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines.join("\n").trimEnd();
}

/** Hands the text to the person as a file that says where it is from. */
export function saveTranscript(text: string, { namespace, pod, container }: TerminalTarget): void {
  const url = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${markHidden([namespace, pod, container].join("_"))}_${fileTime(new Date())}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
}

/** "2026-03-14T09-26-53": no colon, which some file systems refuse. */
function fileTime(at: Date): string {
  return at.toISOString().slice(0, 19).replaceAll(":", "-");
}
