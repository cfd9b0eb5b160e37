import { describe, expect, it, vi } from "vitest";
import { MAX_REQUESTS, RequestGate } from "./request-gate.ts";

describe("RequestGate", () => {
  it("lets so many in, and another for each that leaves", async () => {
    const gate = new RequestGate();
    for (let count = 0; count < MAX_REQUESTS; count += 1) await gate.enter();
    const entered = vi.fn();
    const next = gate.enter().then(entered);
    await Promise.resolve();
    expect(entered).not.toHaveBeenCalled();
    gate.leave();
    await next;
    expect(entered).toHaveBeenCalledOnce();
  });
});
