/** Numbers as people read them: sizes, spans of time, times of day. */

const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;
const BYTES_PER_UNIT = 1000;

/** "0 B", "812 B", "8.1 MB", "120 MB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= BYTES_PER_UNIT && unit < UNITS.length - 1) {
    value /= BYTES_PER_UNIT;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "< 1 ms", "3 ms", "1.6 s", "2 min". */
export function formatMs(ms: number): string {
  // "0 ms" reads like a number that is missing.
  if (ms > 0 && ms < 1) return "< 1 ms";
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(ms < 10 * SECOND_MS ? 1 : 0)} s`;
  return `${Math.round(ms / MINUTE_MS)} min`;
}

const STEPS = [
  { unitMs: DAY_MS, unit: "d", restMs: HOUR_MS, rest: "h" },
  { unitMs: HOUR_MS, unit: "h", restMs: MINUTE_MS, rest: "min" },
  { unitMs: MINUTE_MS, unit: "min", restMs: SECOND_MS, rest: "s" },
] as const;

/** In two units at most, as people say them: "41 s", "4 min 12 s", "3 h 5 min". */
export function formatDuration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))} ms`;
  for (const { unitMs, unit, restMs, rest } of STEPS) {
    if (ms < unitMs) continue;
    const whole = Math.floor(ms / unitMs);
    const remainder = Math.floor((ms % unitMs) / restMs);
    return remainder === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${remainder} ${rest}`;
  }
  return `${Math.floor(ms / SECOND_MS)} s`;
}

/** "14:05" in the browser's zone. */
export function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** "14:05:09" in the browser's zone. */
export function formatClockSeconds(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
}

/** "1 pod", "41 pods". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en").replaceAll(",", "\u202f")} ${count === 1 ? one : many}`;
}

/** "just now", "40 s ago", "3 min ago", "2 h ago", "5 days ago". */
export function ago(at: number, now: number): string {
  const ms = Math.max(0, Math.round((now - at) / SECOND_MS)) * SECOND_MS;
  if (ms < 5 * SECOND_MS) return "just now";
  if (ms < MINUTE_MS) return `${ms / SECOND_MS} s ago`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min ago`;
  if (ms < 2 * DAY_MS) return `${Math.round(ms / HOUR_MS)} h ago`;
  return `${Math.round(ms / DAY_MS)} days ago`;
}
