import { describe, expect, it } from "vitest";
import { ContainerLog } from "./container-log.ts";

const never = new AbortController().signal;

describe("ContainerLog", () => {
  it("gives a reader the lines from its place on", () => {
    const log = new ContainerLog();
    for (const text of ["a", "b", "c"]) log.append(text, 1);
    expect(log.from(1).map((line) => line.text)).toEqual(["b", "c"]);
    expect(log.from(log.next)).toEqual([]);
  });

  it("keeps the last lines only; a reader that fell behind goes on with the oldest", () => {
    const log = new ContainerLog();
    for (let n = 0; n < 10_000; n++) log.append(String(n));
    const held = log.from(5);
    expect(held.length).toBeLessThanOrEqual(2_500);
    expect(held.at(-1)?.text).toBe("9999");
    expect(log.from(9_998).map((line) => line.text)).toEqual(["9998", "9999"]);
    expect(log.next).toBe(10_000);
  });

  it("wakes every waiting reader for a line, for the end, and for its own signal", async () => {
    const log = new ContainerLog();
    const abort = new AbortController();
    const line = log.changed(0, never);
    log.append("a");
    await line;
    const aborted = log.changed(1, abort.signal);
    abort.abort();
    await aborted;
    const end = log.changed(1, never);
    log.end();
    await end;
    log.append("too late");
    expect(log.next).toBe(1);
  });
});
