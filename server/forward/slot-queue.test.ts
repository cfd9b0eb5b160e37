import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SlotQueue } from "./slot-queue.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("SlotQueue", () => {
  it("wakes one after the other, in the order they came", async () => {
    const queue = new SlotQueue("full");
    const woken: number[] = [];
    const waiting = [1, 2, 3].map((who) => queue.wait(Date.now()).then(() => woken.push(who)));
    queue.wakeOne();
    await waiting[0];
    expect(woken).toEqual([1]);
    queue.wakeAll();
    await Promise.all(waiting);
    expect(woken).toEqual([1, 2, 3]);
  });

  it("lets who waits look again now and then, and gives up in the end", async () => {
    const queue = new SlotQueue("all is full");
    const since = Date.now();
    await Promise.all([queue.wait(since), vi.advanceTimersByTimeAsync(250)]);
    vi.setSystemTime(since + 10_000);
    const late = expect(queue.wait(since)).rejects.toMatchObject({ code: "LIMIT", message: "all is full" });
    await vi.advanceTimersByTimeAsync(250);
    await late;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not let everybody wait", async () => {
    const queue = new SlotQueue("full");
    for (let count = 0; count < 1_024; count += 1) void queue.wait(Date.now());
    await expect(queue.wait(Date.now())).rejects.toMatchObject({ code: "LIMIT" });
    queue.wakeAll();
  });
});
