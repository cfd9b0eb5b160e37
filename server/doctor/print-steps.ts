/** The findings as text: a line for each step, what to change below it, the verdict at the end. */
import type { DoctorResult, DoctorStep } from "#protocol/doctor.ts";

export interface Output {
  write(text: string): unknown;
  /** Lines may be rewritten and coloured. */
  terminal: boolean;
  colors: boolean;
  columns: number;
}

const LABEL_COLUMNS = 9;
const TITLE_COLUMNS = 28;
const MIN_TEXT_COLUMNS = 40;
const ADVICE_COLUMNS = 8;

const COLORS: Record<DoctorResult, string> = {
  running: "\x1b[2m",
  ok: "\x1b[32m",
  warning: "\x1b[33m",
  failed: "\x1b[31m",
  skipped: "\x1b[2m",
};
const RESET = "\x1b[0m";
const CLEAR_LINE = "\r\x1b[K";

export class StepPrinter {
  constructor(private readonly out: Output) {}

  print(step: DoctorStep): void {
    const { terminal, columns } = this.out;
    if (step.result === "running") {
      if (!terminal) return;
      const text = `  ${"…".padEnd(LABEL_COLUMNS)}${step.title.padEnd(TITLE_COLUMNS)}${step.found || step.tried}`;
      this.out.write(`${CLEAR_LINE}${this.#color("running", cut(text, columns - 1))}`);
      return;
    }
    if (terminal) this.out.write(CLEAR_LINE);
    if (step.name === "verdict") this.out.write("\n");
    const label = this.#color(step.result, step.result.padEnd(LABEL_COLUMNS));
    const indent = 2 + LABEL_COLUMNS + TITLE_COLUMNS;
    this.out.write(`  ${label}${step.title.padEnd(TITLE_COLUMNS)}${this.#wrap(step.found, indent)}\n`);
    this.#advice("where", step.hop);
    this.#advice("change", step.change);
    this.#advice("see", step.configuration && `docs/proxies.md, "${step.configuration}"`);
  }

  #advice(label: string, text: string | undefined): void {
    if (!text) return;
    const indent = 2 + LABEL_COLUMNS + TITLE_COLUMNS;
    const head = " ".repeat(indent) + this.#color("running", label.padEnd(ADVICE_COLUMNS));
    this.out.write(`${head}${this.#wrap(text, indent + ADVICE_COLUMNS)}\n`);
  }

  #wrap(text: string, indent: number): string {
    const width = this.out.columns - indent;
    if (!this.out.terminal || width < MIN_TEXT_COLUMNS) return printable(text);
    const lines: string[] = [];
    let line = "";
    for (const word of printable(text).split(" ")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line].join(`\n${" ".repeat(indent)}`);
  }

  #color(result: DoctorResult, text: string): string {
    return this.out.colors ? `${COLORS[result]}${text}${RESET}` : text;
  }
}

/** Findings quote servers and proxies: what would steer the terminal is taken out (threats.md A20). */
function printable(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ");
}

function cut(text: string, columns: number): string {
  const clean = printable(text);
  return clean.length > columns ? `${clean.slice(0, Math.max(0, columns - 1))}…` : clean;
}
