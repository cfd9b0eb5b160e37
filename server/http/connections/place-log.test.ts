import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PlaceLog } from "./place-log.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("says once that places are short, and once that there is room again", () => {
  const lines: string[] = [];
  const line = (fields: object, words: string) => lines.push(`${words} ${JSON.stringify(fields)}`);
  const places = new PlaceLog({ warn: line, info: line } as never, 100);
  for (let closed = 0; closed < 500; closed += 1) {
    places.closed();
    vi.advanceTimersByTime(1_000);
  }
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("too many connections");
  vi.advanceTimersByTime(70_000);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('room for connections again {"closed":500}');
  vi.advanceTimersByTime(1_000_000);
  expect(lines).toHaveLength(2);
  places.closed();
  expect(lines).toHaveLength(3);
  places.stop();
  expect(vi.getTimerCount()).toBe(0);
});
