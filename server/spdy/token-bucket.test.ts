import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

describe("TokenBucket", () => {
  it("gives its burst, then its rate, and says when there is more", () => {
    const bucket = new TokenBucket(10, 100);
    for (let one = 0; one < 10; one += 1) expect(bucket.take()).toBe(0);
    expect(bucket.take()).toBeCloseTo(10);
    vi.advanceTimersByTime(25);
    expect(bucket.take()).toBe(0);
    expect(bucket.take()).toBeGreaterThan(0);
  });
});
