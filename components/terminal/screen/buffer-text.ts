/** A terminal's screen and scrollback as plain text, for a transcript and for tests. */
import type { Terminal } from "@xterm/xterm";

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
