/**
 * Logging for the whole server: pino, with every known secret cut out of every line before it is written.
 * Tokens never reach a log on purpose; the filter is for the day one is inside an error's message (A18).
 */
import { pino } from "pino";
import { markHidden } from "#protocol/hidden-characters.ts";

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

/**
 * What is a secret whoever wrote it, and wherever it stands: the user information of URLs, tokens, and keys, also those
 * that a person put where a file's name belongs. A password with a slash or an `@` of its own ends the authority of its
 * URL, so what follows a user and a colon is cut up to the last `@`, unless it is a port: behind a host a login's page may
 * have somebody's address among its parameters, and has to stay a link.
 */
const SECRET_SHAPES: readonly [RegExp, string][] = [
  [
    /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#:@[\]"'<>]*:(?!\d{1,5}(?:[/?#,;)]|\s|$))[^\s"'<>]*(?:@|%40)/gi,
    "$1***@",
  ],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'<>]*@/gi, "$1***@"],
  // Without a scheme, as proxies are often written: known by the port behind the host.
  [/(?<![\w./:@-])[\w.+%-]{1,64}:(?!\/\/)[^\s"'<>]{1,256}@(?=[\w.-]{1,253}:\d{1,5}(?!\w))/g, "***@"],
  [/\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, REDACTED],
  [/\b(Bearer|Basic) [\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*-----|$)/g, REDACTED],
  // The same in base64: "-----BEGIN".
  [/LS0tLS1CRUdJTi[\w+/=-]{8,}/g, REDACTED],
];

/** The text without known secrets and without what looks like one. Every text that leaves passes here: logs, errors, answers. */
export function redact(text: string): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, REDACTED);
  for (const [shape, stand] of SECRET_SHAPES) clean = clean.replace(shape, stand);
  return clean;
}

/** What JSON leaves as it is, and terminals and editors obey: an escape of one character, marks of direction. */
const UNSEEN = /[\x7F-\x9F\p{Cf}\u2028\u2029]/gu;
const escaped = (character: string) =>
  Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }).join("");

/** A line of pino's, JSON, with each text in it redacted: in the line itself a quote or a backslash of a secret is escaped. */
function redactLine(line: string): string {
  const clean = (_key: string, value: unknown) => (typeof value === "string" ? redact(value) : value);
  return `${JSON.stringify(JSON.parse(line, clean)).replace(UNSEEN, escaped)}\n`;
}

/** Names and answers of clusters are in it: none of them moves a terminal's cursor, turns its text, or begins a line (A39). */
const oneLine = (text: string) => markHidden(text.replace(/[\r\n]+/g, " ↵ "));

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
  const text = oneLine(`${msg}${rest.join("")}`);
  return `${new Date(time).toISOString().slice(11, 19)} ${label.padEnd(5)} ${text}\n`;
}

/**
 * Logs to stderr; stdout carries the ready line alone. A full disk or a closed pipe behind stderr loses lines,
 * never a request.
 */
export function createLogger(format: "text" | "json", level = "info"): Logger {
  const write = (line: string) => {
    try {
      const clean = redactLine(line);
      process.stderr.write(format === "json" ? clean : textLine(clean));
    } catch {
      // Nowhere left to say it.
    }
  };
  process.stderr.on("error", () => {});
  return pino({ level, base: null }, { write });
}
