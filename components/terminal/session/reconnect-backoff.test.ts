import { describe, expect, it } from "vitest";
import { BACKOFF_JITTER, BACKOFF_STEPS_MS, ReconnectBackoff } from "./reconnect-backoff.ts";

describe("ReconnectBackoff", () => {
  it("walks its steps, stays at the last, and begins again after a reset", () => {
    const backoff = new ReconnectBackoff(() => 0.5);
    const delays = Array.from({ length: 7 }, () => backoff.nextDelayMs());
    expect(delays).toEqual([...BACKOFF_STEPS_MS, 5_000, 5_000]);
    expect(backoff.attempt).toBe(7);
    backoff.reset();
    expect(backoff.nextDelayMs()).toBe(BACKOFF_STEPS_MS[0]);
  });

  it("spreads waits to both sides of their step", () => {
    const soonest = new ReconnectBackoff(() => 0).nextDelayMs();
    const latest = new ReconnectBackoff(() => 1).nextDelayMs();
    expect(soonest).toBe(BACKOFF_STEPS_MS[0] * (1 - BACKOFF_JITTER));
    expect(latest).toBe(BACKOFF_STEPS_MS[0] * (1 + BACKOFF_JITTER));
  });
});
