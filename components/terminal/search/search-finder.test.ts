import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WorkerFinder } from "./search-finder.ts";

const ROWS = [{ text: "aaaa", wrapped: false }];
const QUERY = { text: "(a+)+b", caseSensitive: true, regex: true };
let made: SilentWorker[];

/** One that is busy with an expression that takes for ever. */
class SilentWorker {
  ended = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor() {
    made.push(this);
  }
  postMessage(): void {}
  terminate(): void {
    this.ended = true;
  }
}

beforeEach(() => {
  made = [];
  vi.useFakeTimers();
  vi.stubGlobal("Worker", SilentWorker);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a search in a worker", () => {
  it("is given up as too long, with its worker, and the next one has another", async () => {
    const finder = new WorkerFinder();
    const found = finder.find(ROWS, QUERY);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await found).toBe("too-long");
    expect(made.map(({ ended }) => ended)).toEqual([true]);
    const next = finder.find(ROWS, QUERY);
    made[1]?.onmessage?.({ data: { matches: [], more: false } });
    expect(await next).toEqual({ matches: [], more: false });
  });

  it("fails where there are no workers", async () => {
    vi.stubGlobal(
      "Worker",
      class {
        constructor() {
          throw new Error("none");
        }
      },
    );
    expect(await new WorkerFinder().find(ROWS, QUERY)).toBe("failed");
  });
});
