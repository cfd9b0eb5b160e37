/** Spans of time in two units at most, as people say them: "41 s", "4 min 12 s", "3 h 5 min". */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const STEPS = [
  { unitMs: DAY_MS, unit: "d", restMs: HOUR_MS, rest: "h" },
  { unitMs: HOUR_MS, unit: "h", restMs: MINUTE_MS, rest: "min" },
  { unitMs: MINUTE_MS, unit: "min", restMs: SECOND_MS, rest: "s" },
] as const;

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
