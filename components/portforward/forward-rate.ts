/** How fast bytes pass, from two looks at the counters. */
import type { ForwardInfo } from "#protocol/api.ts";

export interface ForwardRate {
  inPerSecond: number;
  outPerSecond: number;
}

/** Looks further apart than this say nothing about now. */
const MAX_GAP_MS = 10_000;

/** Rates by id, for the forwards that are in both looks and have counted on. */
export function ratesBetween(
  before: readonly ForwardInfo[],
  beforeAt: number,
  after: readonly ForwardInfo[],
  afterAt: number,
): Map<string, ForwardRate> {
  const rates = new Map<string, ForwardRate>();
  const gapMs = afterAt - beforeAt;
  if (gapMs <= 0 || gapMs > MAX_GAP_MS) return rates;
  for (const forward of after) {
    // A counter that went back has begun anew; what passed in between is not known.
    const old = before.find((known) => known.id === forward.id);
    if (!old || forward.bytesIn < old.bytesIn || forward.bytesOut < old.bytesOut) continue;
    rates.set(forward.id, {
      inPerSecond: ((forward.bytesIn - old.bytesIn) * 1_000) / gapMs,
      outPerSecond: ((forward.bytesOut - old.bytesOut) * 1_000) / gapMs,
    });
  }
  return rates;
}
