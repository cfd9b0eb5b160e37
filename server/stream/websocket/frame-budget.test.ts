import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MessageBudget } from "./frame-budget.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

describe("MessageBudget", () => {
  const messages = (budget: MessageBudget, count: number) =>
    Array.from({ length: count }, () => budget.take(Uint8Array.of(0, 1))).at(-1);

  it("slows down who goes on, and gives up who does not stop", () => {
    const budget = new MessageBudget((channel) => channel === 0);
    expect(messages(budget, 20_000)).toBe(0);
    let waited = 0;
    for (let rests = 0; rests < 100; rests += 1) {
      const waitMs = messages(budget, 10_000) ?? 0;
      if (waitMs === Number.POSITIVE_INFINITY) break;
      expect(waitMs).toBeGreaterThan(0);
      vi.advanceTimersByTime(waitMs);
      waited += waitMs;
    }
    expect(waited).toBeGreaterThan(4_000);
    expect(waited).toBeLessThan(8_000);
  });

  it("never meets a person who pastes now and then", () => {
    const budget = new MessageBudget((channel) => channel === 0);
    for (let pastes = 0; pastes < 50; pastes += 1) {
      expect(messages(budget, 15_000)).toBe(0);
      vi.advanceTimersByTime(2_000);
    }
  });

  it("counts what is large by its bytes, but where bytes belong", () => {
    const budget = new MessageBudget((channel) => channel === 0);
    const large = (channel: number) => new Uint8Array(900_000).fill(channel, 0, 1);
    expect(Array.from({ length: 10_000 }, () => budget.take(large(0))).at(-1)).toBe(0);
    expect(Array.from({ length: 22 }, () => budget.take(large(4))).at(-1)).toBe(0);
    expect(budget.take(large(4))).toBeGreaterThan(0);
  });
});
