/**
 * What a plugin says on stderr, as lines to show while it runs: the last of them, without colours and control
 * characters, and of a line that is drawn over itself its last state. Bytes may cut a character anywhere.
 */
import { redact } from "#server/log.ts";

const MAX_LINES = 100;
const MAX_LINE_CHARS = 1_000;

export class StderrLines {
  readonly #decoder = new TextDecoder();
  #lines: string[] = [];
  #open = "";

  push(chunk: Uint8Array): void {
    const parts = (this.#open + this.#decoder.decode(chunk, { stream: true })).split("\n");
    this.#open = (parts.pop() ?? "").slice(-MAX_LINE_CHARS * 4);
    this.#lines = [...this.#lines, ...parts.map(shown)].slice(-MAX_LINES);
  }

  /** An unfinished line too: a program that asks for a code waits behind it. */
  lines(): string[] {
    const open = shown(this.#open);
    return (open === "" ? this.#lines : [...this.#lines, open]).slice(-MAX_LINES);
  }
}

function shown(line: string): string {
  const last = line.replace(/\r+$/, "").split("\r").at(-1) ?? "";
  return redact(withoutControls(last)).slice(0, MAX_LINE_CHARS);
}

/** A pod's or a plugin's text never steers anything (threats.md A20). */
export function withoutControls(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal control sequences are what is removed
      .replace(/\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)/g, "")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
      .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, "")
  );
}
