/** The last lines of a log. Lines beyond the bound are dropped from the front and counted. */

export interface LogLine {
  /** Counts from the beginning of the reading; a key for the list. */
  id: number;
  /** As the cluster wrote it, RFC 3339; empty when the line had none. */
  time: string;
  text: string;
}

export const MAX_LOG_LINES = 5_000;
/** Cutting the front off is done for many lines at once. */
const TRIM_SLACK_LINES = 500;

const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;
const ESC = "\\x1b";
const BEL = "\\x07";
/** Colours and other commands to a terminal (ECMA-48 CSI, OSC, two-character escapes): the page shows text. */
const COMMANDS = new RegExp(
  `${ESC}\\[[0-?]*[ -/]*[@-~]|${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|${ESC}[@-_]`,
  "g",
);
/** What is left of control characters, but for the tab. */
const CONTROLS = /(?!\t)\p{Cc}/gu;

export class LogBuffer {
  #lines: LogLine[] = [];
  #next = 0;
  #dropped = 0;
  #resumedAt = "";

  /** Takes lines as `timestamps=true` sends them. Those not later than the last one known are left out after resume(). */
  push(raw: readonly string[]): void {
    for (const line of raw) {
      const time = TIMESTAMP.exec(line)?.[1] ?? "";
      if (time !== "" && this.#resumedAt !== "" && time <= this.#resumedAt) continue;
      const text = (time === "" ? line : line.replace(TIMESTAMP, ""))
        .replace(COMMANDS, "")
        .replace(CONTROLS, "");
      this.#lines.push({ id: this.#next++, time, text });
    }
    if (this.#lines.length > MAX_LOG_LINES + TRIM_SLACK_LINES) {
      const extra = this.#lines.length - MAX_LOG_LINES;
      this.#lines.splice(0, extra);
      this.#dropped += extra;
    }
  }

  /** The reading goes on after a break: what is sent a second time is not shown twice. */
  resume(): void {
    this.#resumedAt = this.lastTime;
  }

  /** The time of the last line that had one. */
  get lastTime(): string {
    for (let at = this.#lines.length - 1; at >= 0; at -= 1) {
      const time = this.#lines[at]?.time;
      if (time) return time;
    }
    return "";
  }

  get dropped(): number {
    return this.#dropped;
  }

  snapshot(): readonly LogLine[] {
    return this.#lines.slice(-MAX_LOG_LINES);
  }
}
