/** Spans of time as kubectl prints them (apimachinery pkg/util/duration, HumanDuration). */
import { ago } from "#components/ui/format.ts";

const SECOND_MS = 1_000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** "45s", "5m10s", "2h30m", "4d", "2y30d". A clock that is behind by up to a second is forgiven. */
export function podAge(from: number, now: number): string {
  const seconds = Math.trunc((now - from) / SECOND_MS);
  if (seconds < -1) return "<invalid>";
  if (seconds < 2 * MINUTE) return `${Math.max(0, seconds)}s`;
  if (seconds < 10 * MINUTE) return two(seconds, MINUTE, "m", 1, "s");
  if (seconds < 3 * HOUR) return `${Math.trunc(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return two(seconds, HOUR, "h", MINUTE, "m");
  if (seconds < 2 * DAY) return `${Math.trunc(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return two(seconds, DAY, "d", HOUR, "h");
  if (seconds < 2 * YEAR) return `${Math.trunc(seconds / DAY)}d`;
  if (seconds < 8 * YEAR) return two(seconds, YEAR, "y", DAY, "d");
  return `${Math.trunc(seconds / YEAR)}y`;
}

function two(seconds: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.trunc((seconds % big) / small);
  return `${Math.trunc(seconds / big)}${bigName}${rest === 0 ? "" : `${rest}${smallName}`}`;
}

/** "12 restarts (3 min ago)", "1 restart", "" for none. */
export function restartWords(restarts: number, restartedAt: number | null, now: number): string {
  if (restarts === 0) return "";
  const count = restarts === 1 ? "1 restart" : `${restarts} restarts`;
  return restartedAt === null ? count : `${count} (${ago(restartedAt, now)})`;
}
