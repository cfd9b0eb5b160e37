import { pino } from "pino";
import type { Logger } from "#server/log.ts";

/** A real logger that keeps its lines for the test. */
export function keepingLog(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  return { log: pino({ level: "debug", base: null }, { write: (line) => lines.push(line) }), lines };
}
