/** Ages as kubectl shows them: a port of k8s.io/apimachinery pkg/util/duration HumanDuration. */

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
const YEAR_S = 365 * DAY_S;

export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * MINUTE_S) return `${seconds}s`;
  if (seconds < 10 * MINUTE_S) return pair(seconds, MINUTE_S, "m", 1, "s");
  if (seconds < 3 * HOUR_S) return `${Math.floor(seconds / MINUTE_S)}m`;
  if (seconds < 8 * HOUR_S) return pair(seconds, HOUR_S, "h", MINUTE_S, "m");
  if (seconds < 2 * DAY_S) return `${Math.floor(seconds / HOUR_S)}h`;
  if (seconds < 8 * DAY_S) return pair(seconds, DAY_S, "d", HOUR_S, "h");
  if (seconds < 2 * YEAR_S) return `${Math.floor(seconds / DAY_S)}d`;
  if (seconds < 8 * YEAR_S) return pair(seconds, YEAR_S, "y", DAY_S, "d");
  return `${Math.floor(seconds / YEAR_S)}y`;
}

/** Time since an RFC 3339 timestamp. */
export function ageOf(timestamp: string | undefined, now: number): string {
  return timestamp === undefined ? "<unknown>" : humanDuration(now - Date.parse(timestamp));
}

function pair(seconds: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)}${bigName}${rest === 0 ? "" : `${rest}${smallName}`}`;
}
