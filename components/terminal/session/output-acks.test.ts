import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ACK_EVERY_BYTES } from "#protocol/ack.ts";
import { ACK_IDLE_MS, OutputAcks } from "./output-acks.ts";

const sent: number[] = [];
let acks: OutputAcks;

function take(bytes: number) {
  acks.addReceived(bytes);
  acks.addParsed(bytes);
}

beforeEach(() => {
  vi.useFakeTimers();
  sent.length = 0;
  acks = new OutputAcks((offset) => sent.push(offset));
});
afterEach(() => {
  vi.useRealTimers();
});

describe("OutputAcks", () => {
  it("acks what is parsed, not what is received", () => {
    acks.addReceived(ACK_EVERY_BYTES * 4);
    expect(sent).toEqual([]);
    acks.addParsed(ACK_EVERY_BYTES);
    expect(sent).toEqual([ACK_EVERY_BYTES]);
    expect(acks.backlog).toBe(ACK_EVERY_BYTES * 3);
  });

  it("acks at the exact byte, and not one before", () => {
    acks.addReceived(ACK_EVERY_BYTES);
    acks.addParsed(ACK_EVERY_BYTES - 1);
    expect(sent).toEqual([]);
    acks.addParsed(1);
    expect(sent).toEqual([ACK_EVERY_BYTES]);
  });

  it("counts every byte exactly over any split", () => {
    let total = 0;
    for (let size = 1; size < 600; size += 7) {
      take(size * 13);
      total += size * 13;
    }
    vi.advanceTimersByTime(ACK_IDLE_MS);
    expect(acks.parsed).toBe(total);
    expect(sent.at(-1)).toBe(total);
    expect(sent).toEqual([...new Set(sent)].sort((a, b) => a - b));
  });

  it("acks the rest when it is idle, once", () => {
    take(5);
    take(6);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(ACK_IDLE_MS);
    expect(sent).toEqual([11]);
    vi.advanceTimersByTime(ACK_IDLE_MS * 10);
    expect(sent).toEqual([11]);
  });

  it("counts lost bytes as done, so that offsets stay those of the session", () => {
    take(10);
    acks.skip(90);
    take(1);
    vi.advanceTimersByTime(ACK_IDLE_MS);
    expect(acks.received).toBe(101);
    expect(sent).toEqual([101]);
  });

  it("leaves no timer behind", () => {
    take(1);
    acks.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});
