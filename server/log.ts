/**
 * Logging for the whole server: pino, with every known secret cut out of every line before it is written.
 * Tokens never reach a log on purpose; the filter is for the day one is inside an error's message (A18).
 */
import { pino } from "pino";

export type Logger = pino.Logger;

const REDACTED = "[redacted]";
/** Shorter strings would blank out ordinary words. */
const MIN_SECRET_CHARS = 8;
/** Each line is searched for all of them. */
const MAX_SECRETS = 2_000;
const secrets = new Set<string>();

/** From now on the string is cut out of every log line. */
export function neverLog(secret: string): void {
  if (secret.length < MIN_SECRET_CHARS) return;
  // Tokens rotate; the oldest is the one least likely to be met again.
  const [oldest] = secrets;
  if (secrets.size >= MAX_SECRETS && oldest !== undefined) secrets.delete(oldest);
  secrets.add(secret);
}

export function redact(line: string): string {
  let clean = line;
  for (const secret of secrets) clean = clean.replaceAll(secret, REDACTED);
  return clean;
}

/** A line for a person: time, level, message, then the fields that are not pino's own. */
function textLine(line: string): string {
  const { time, level, msg, pid: _pid, hostname: _hostname, ...fields } = JSON.parse(line);
  const label = pino.levels.labels[level] ?? "info";
  const rest = Object.entries(fields).map(([key, value]) => {
    const text =
      typeof value === "object" && value !== null
        ? ((value as Error).message ?? JSON.stringify(value))
        : value;
    return ` ${key}=${text}`;
  });
  return `${new Date(time).toISOString().slice(11, 19)} ${label.padEnd(5)} ${msg}${rest.join("")}\n`;
}

/**
 * Logs to stderr; stdout carries the ready line alone. A full disk or a closed pipe behind stderr loses lines,
 * never a request.
 */
export function createLogger(format: "text" | "json", level = "info"): Logger {
  const write = (line: string) => {
    try {
      process.stderr.write(redact(format === "json" ? line : textLine(line)));
    } catch {
      // Nowhere left to say it.
    }
  };
  process.stderr.on("error", () => {});
  return pino({ level, base: null }, { write });
}
