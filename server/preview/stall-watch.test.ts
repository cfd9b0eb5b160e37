import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StallWatch } from "./stall-watch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("StallWatch", () => {
  it("calls those who wait on one timer, and stops it when none is left", () => {
    const watch = new StallWatch();
    const looks = [vi.fn(), vi.fn()];
    for (const look of looks) watch.add(look);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(looks.map((look) => look.mock.calls.length)).toEqual([2, 2]);
    for (const look of looks) watch.delete(look);
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(looks.map((look) => look.mock.calls.length)).toEqual([2, 2]);
  });
});
