import { describe, expect, it } from "vitest";
import { forwardInfo } from "./forward.fixture.ts";
import { ratesBetween } from "./forward-rate.ts";

describe("ratesBetween", () => {
  const before = [forwardInfo({ bytesIn: 1_000, bytesOut: 0 })];

  it("divides what was added by the time between", () => {
    const rates = ratesBetween(before, 0, [forwardInfo({ bytesIn: 3_000, bytesOut: 500 })], 2_000);
    expect(rates.get("f1")).toEqual({ inPerSecond: 1_000, outPerSecond: 250 });
  });

  it("says nothing of forwards that are new or count anew, nor after a long time", () => {
    expect(ratesBetween([], 0, before, 2_000).size).toBe(0);
    expect(ratesBetween(before, 0, [forwardInfo({ bytesIn: 10 })], 2_000).size).toBe(0);
    expect(ratesBetween(before, 0, before, 60_000).size).toBe(0);
    expect(ratesBetween(before, 5, before, 5).size).toBe(0);
  });
});
