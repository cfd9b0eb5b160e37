/**
 * One line of a log as `timestamps=true` sends it: the runtime's time, a space, what the container wrote. Times come in
 * the node's own zone (RFC 3339 with nanoseconds), so they are compared as instants and never as text.
 */
import type { BoundedLine } from "#protocol/line-reader.ts";

export interface LogLine {
  /** Counts from the first line that was read, downwards for earlier ones; a key for the list. */
  id: number;
  /** As the cluster wrote it, RFC 3339; empty when the line had none. */
  time: string;
  /** What a person reads: no commands to a terminal, and of a line that was written over its last state. */
  text: string;
  /** What the container wrote, when that is more than `text`. */
  raw?: string;
  /** Characters beyond what a line may have, which were not kept. */
  missing?: number;
  /** Its end has not come: read again it may be longer, and then it takes this one's place. */
  open?: true;
  /** Not of the container: here it started anew, or lines may be missing here. */
  divider?: LogDivider;
}

export type LogDivider = "restart" | "gap";

/** A line before it has a place in a buffer. */
export type NewLine = Omit<LogLine, "id">;

const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)(?: |$)/;
/**
 * Commands to a terminal (ECMA-48): the page shows text. One that does not end hides what a terminal would take as its
 * own, and each beginning but a command of two characters has a form of one character as well.
 */
const COMMANDS = new RegExp(
  [
    // CSI. Controls in it are not its end, but for those that break it off.
    String.raw`(?:\x1b\[|\x9b)[0-?\0-\x17\x19\x1c-\x1f\x7f]*[ -/]*[@-~]?`,
    // OSC ends with BEL as well as with ST.
    String.raw`(?:\x1b\]|\x9d)[^\x07\x18\x1a\x1b\x9c]*(?:\x1b\\|[\x07\x9c])?`,
    // DCS, SOS, PM, APC.
    String.raw`(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x18\x1a\x1b\x9c]*(?:\x1b\\|\x9c)?`,
    String.raw`\x1b[ -/]*[0-~]?`,
  ].join("|"),
  "g",
);
/** What is left of control characters, but for the tab. */
const CONTROLS = /(?!\t)\p{Cc}/gu;
const NS_PER_MS = 1_000_000n;

export function readLogLine({ text: line, missing, whole }: BoundedLine): NewLine {
  const match = TIMESTAMP.exec(line);
  const time = match?.[0].trimEnd() ?? "";
  const raw = match ? line.slice(match[0].length) : line;
  const text = plainText(lastState(raw));
  return {
    time,
    text,
    ...(text === raw ? {} : { raw }),
    ...(missing > 0 ? { missing } : {}),
    ...(whole ? {} : { open: true }),
  };
}

/** What the container wrote. */
export function rawOf(line: NewLine): string {
  return line.raw ?? line.text;
}

/** A progress line is written over and over with carriage returns: what a terminal would show in the end. */
export function lastState(raw: string): string {
  if (!raw.includes("\r")) return raw;
  const states = raw.split("\r");
  for (let at = states.length - 1; at > 0; at -= 1) {
    const state = states[at] ?? "";
    if (state !== "" && plainText(state) !== "") return state;
  }
  return states[0] ?? "";
}

/** Neither commands to a terminal nor control characters. */
export function plainText(raw: string): string {
  return raw.replace(COMMANDS, "").replace(CONTROLS, "");
}

/** Nanoseconds since 1970; null for what is no RFC 3339 time. */
function instantOf(time: string): bigint | null {
  const match = TIMESTAMP.exec(time);
  if (!match) return null;
  const [, seconds, fraction = "", zone] = match;
  const ms = Date.parse(`${seconds}${zone}`);
  return Number.isNaN(ms) ? null : BigInt(ms) * NS_PER_MS + BigInt(fraction.padEnd(9, "0"));
}

/** The same line of the same container, however the cluster wrote its time. */
export function isSameLine(one: NewLine, other: NewLine): boolean {
  if (one.text !== other.text || one.raw !== other.raw || one.missing !== other.missing) return false;
  return one.time === other.time || instantOf(one.time) === instantOf(other.time);
}
