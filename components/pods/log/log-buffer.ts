/** The lines of a log that are kept. Beyond the bounds they are dropped from the front and counted. */
import { isSameLine, type LogDivider, type LogLine, type NewLine, readLogLine } from "./log-line.ts";

export const MAX_LOG_LINES = 5_000;
/** Lines of a megabyte each must neither fill the browser nor make its search stand still. */
const MAX_LOG_CHARS = 16 * 1024 * 1024;
/** Earlier lines that a person asked for come on top of the bound, up to this. */
const MAX_EARLIER_LINES = 50_000;
/** Cutting the front off is done for many lines at once. */
const TRIM_SLACK_LINES = 500;
/** So many lines are one place in a log, unless they are all the same. */
const PLACE_LINES = 500;

export class LogBuffer {
  #lines: LogLine[] = [];
  #next = 0;
  #first = 0;
  #dropped = 0;
  #chars = 0;
  #maxLines = MAX_LOG_LINES;
  /** Id of the first line of the container's present run. */
  #runFrom = Number.NEGATIVE_INFINITY;
  /** The place at the end of the run before the present one. */
  #lastRun: readonly NewLine[] = [];

  /** Takes lines as `timestamps=true` sends them. */
  push(raw: readonly string[]): void {
    this.add(raw.map((text) => readLogLine({ text, missing: 0, whole: true })));
  }

  add(lines: readonly NewLine[]): void {
    if (lines.length > 0 && this.#lines.at(-1)?.open) this.#chars -= sizeOf(this.#lines.pop()!);
    for (const line of lines) this.#lines.push(this.#counted({ id: this.#next++, ...line }));
    const tooLong = this.#lines.length > this.#maxLines + TRIM_SLACK_LINES;
    if (tooLong || this.#chars > MAX_LOG_CHARS) this.#trim();
  }

  /** Lines from before the first one that is kept. */
  addEarlier(lines: readonly NewLine[]): void {
    const earlier = lines.map((line, at) => this.#counted({ id: this.#first - lines.length + at, ...line }));
    this.#first -= lines.length;
    this.#lines = [...earlier, ...this.#lines];
    this.#dropped = Math.max(0, this.#dropped - lines.length);
    this.#maxLines = Math.min(
      MAX_EARLIER_LINES,
      Math.max(this.#maxLines, this.#lines.length + MAX_LOG_LINES),
    );
    if (this.#chars > MAX_LOG_CHARS) this.#trim();
  }

  /** The container began anew, or what comes next does not follow what is known. */
  divide(divider: LogDivider): void {
    // What is before a gap says nothing of the run that is read now.
    this.#lastRun = divider === "restart" ? this.place() : [];
    this.#lines.push({ id: this.#next++, time: "", text: "", divider });
    this.#runFrom = this.#next;
  }

  /** The last lines of the present run: enough of them to be one place. */
  place(): readonly NewLine[] {
    const run = this.#run().filter(({ open }) => !open);
    let from = Math.max(0, run.length - PLACE_LINES);
    const last = run.at(-1);
    // Lines that are all the same are many places.
    while (last && from > 0 && isSameLine(run[from]!, last)) from -= 1;
    return run.slice(from);
  }

  /** All that is kept of the present run, when nothing else is kept. */
  firstPlace(): readonly NewLine[] | null {
    return this.divided ? null : this.#lines.filter(({ open }) => !open);
  }

  get lastRun(): readonly NewLine[] {
    return this.#lastRun;
  }

  /** The container was seen to start anew, or lines were lost. */
  get divided(): boolean {
    return this.#lines.some(({ divider }) => divider !== undefined);
  }

  get length(): number {
    return this.#lines.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  snapshot(): readonly LogLine[] {
    return this.#lines.slice(-this.#maxLines);
  }

  #run(): readonly NewLine[] {
    return this.#lines.filter(({ id }) => id >= this.#runFrom);
  }

  #counted(line: LogLine): LogLine {
    this.#chars += sizeOf(line);
    return line;
  }

  #trim(): void {
    let extra = Math.max(0, this.#lines.length - this.#maxLines);
    for (let at = 0; at < extra; at += 1) this.#chars -= sizeOf(this.#lines[at]!);
    // The last line stays, however long it is.
    while (this.#chars > MAX_LOG_CHARS && extra < this.#lines.length - 1) {
      this.#chars -= sizeOf(this.#lines[extra]!);
      extra += 1;
    }
    this.#dropped += this.#lines.splice(0, extra).filter(({ divider }) => !divider).length;
    this.#first = this.#lines[0]?.id ?? this.#next;
  }
}

function sizeOf({ text, raw }: LogLine): number {
  return text.length + (raw?.length ?? 0);
}
