import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SpdyConnectionError } from "./errors";
import { Pinger } from "./pinger";

const TIMEOUT_MS = 1000;

function pinger(firstId: 1 | 2 = 1) {
  const sent: number[] = [];
  const timeouts: SpdyConnectionError[] = [];
  const state = { excused: false, holding: false };
  const subject = new Pinger({
    firstId,
    timeoutMs: TIMEOUT_MS,
    send: (id) => sent.push(id),
    excused: () => state.excused,
    holding: () => state.holding,
    onTimeout: (error) => timeouts.push(error),
  });
  return { subject, sent, timeouts, state };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("ids", () => {
  it("are odd for a client and even for a server, and begin again when used up", async () => {
    for (const firstId of [1, 2] as const) {
      const { subject, sent } = pinger(firstId);
      for (let index = 0; index < 3; index++) {
        void subject.ping();
        subject.receive(sent.at(-1)!);
      }
      expect(sent).toEqual([firstId, firstId + 2, firstId + 4]);
    }
  });

  it("of the peer's parity are echoed; unknown ones of ours are ignored", () => {
    const { subject, sent } = pinger(1);
    subject.receive(2);
    subject.receive(0x7ffffffe);
    subject.receive(77);
    expect(sent).toEqual([2, 0x7ffffffe]);
  });
});

describe("ping", () => {
  it("resolves with the time to the answer, and remembers it", async () => {
    const { subject } = pinger();
    expect(subject.rttMs).toBeNull();
    const rtt = subject.ping();
    vi.advanceTimersByTime(250);
    subject.receive(1);
    expect(await rtt).toBeCloseTo(250);
    expect(subject.rttMs).toBeCloseTo(250);
    vi.advanceTimersByTime(10 * TIMEOUT_MS);
  });

  it("joins a ping in flight instead of piling up", () => {
    const { subject, sent } = pinger();
    expect(subject.ping()).toBe(subject.ping());
    subject.every(100);
    vi.advanceTimersByTime(400);
    expect(sent).toEqual([1]);
  });

  it("is sent once per period", () => {
    const { subject, sent } = pinger();
    subject.every(100);
    for (let index = 0; index < 5; index++) {
      vi.advanceTimersByTime(100);
      subject.receive(sent.at(-1)!);
    }
    expect(sent).toEqual([1, 3, 5, 7, 9]);
    subject.stop(new SpdyConnectionError("CLOSED", "done"));
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(5);
  });

  it("is left out in every period in which reading was held", () => {
    const { subject, sent, state } = pinger();
    subject.every(100);
    state.holding = true;
    subject.held();
    vi.advanceTimersByTime(350);
    state.holding = false;
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([1]);
    subject.receive(1);
    // Held and read again between two periods: a reader that is always a little behind.
    subject.held();
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([1]);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([1, 3]);
  });

  it("fails with the reason when the connection ends", async () => {
    const { subject } = pinger();
    const rtt = subject.ping();
    subject.stop(new SpdyConnectionError("LOST", "gone"));
    await expect(rtt).rejects.toMatchObject({ code: "LOST" });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a silent peer", () => {
  it("is dead after the timeout", () => {
    const { subject, timeouts } = pinger();
    void subject.ping().catch(() => {});
    vi.advanceTimersByTime(TIMEOUT_MS - 1);
    expect(timeouts).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(timeouts.map((error) => error.code)).toEqual(["PING_TIMEOUT"]);
  });

  it("is asked five times more at half of it, and lives when one of these is answered", () => {
    const { subject, sent, timeouts } = pinger();
    void subject.ping().catch(() => {});
    vi.advanceTimersByTime(TIMEOUT_MS / 2);
    expect(sent).toEqual([1, 3, 5, 7, 9, 11]);
    subject.heard();
    subject.receive(7);
    vi.advanceTimersByTime(TIMEOUT_MS - 1);
    expect(timeouts).toEqual([]);
    expect(sent).toHaveLength(6);
  });

  it("is not dead while other bytes of it come", () => {
    const { subject, timeouts } = pinger();
    void subject.ping().catch(() => {});
    for (let index = 0; index < 5; index++) {
      subject.heard();
      vi.advanceTimersByTime(TIMEOUT_MS);
    }
    expect(timeouts).toEqual([]);
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(timeouts).toHaveLength(1);
  });

  it("has 300 s when it has yet to hand on what was sent: its answer stands behind a full pipe", () => {
    const { subject, timeouts } = pinger();
    subject.sent(64 * 1024);
    void subject.ping().catch(() => {});
    vi.advanceTimersByTime(299_000);
    expect(timeouts).toEqual([]);
    vi.advanceTimersByTime(2 * TIMEOUT_MS);
    expect(timeouts).toHaveLength(1);
  });

  it("has no such time once an answer has confirmed what was sent", () => {
    const { subject, sent, timeouts } = pinger();
    subject.sent(64 * 1024);
    void subject.ping();
    subject.receive(sent.at(-1)!);
    subject.sent(100);
    void subject.ping().catch(() => {});
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(timeouts).toHaveLength(1);
  });

  it("is not dead while it is we who do not read or cannot write", () => {
    const { subject, timeouts, state } = pinger();
    void subject.ping().catch(() => {});
    state.excused = true;
    vi.advanceTimersByTime(5 * TIMEOUT_MS);
    expect(timeouts).toEqual([]);
    state.excused = false;
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(timeouts).toHaveLength(1);
  });
});
