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

/** "< 1 ms", "3 ms", "1.6 s", "2 min". */
export function formatMs(ms: number): string {
  // "0 ms" reads like a number that is missing.
  if (ms > 0 && ms < 1) return "< 1 ms";
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** "14:05" in the browser's zone. */
export function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** "1 pod", "41 pods". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en").replaceAll(",", "\u202f")} ${count === 1 ? one : many}`;
}

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 60 * SECONDS_PER_MINUTE;
const SECONDS_PER_DAY = 24 * SECONDS_PER_HOUR;

/** "just now", "40 s ago", "3 min ago", "2 h ago", "5 days ago". */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  if (seconds < 5) return "just now";
  if (seconds < SECONDS_PER_MINUTE) return `${seconds} s ago`;
  if (seconds < SECONDS_PER_HOUR) return `${Math.round(seconds / SECONDS_PER_MINUTE)} min ago`;
  if (seconds < 2 * SECONDS_PER_DAY) return `${Math.round(seconds / SECONDS_PER_HOUR)} h ago`;
  return `${Math.round(seconds / SECONDS_PER_DAY)} days ago`;
}
