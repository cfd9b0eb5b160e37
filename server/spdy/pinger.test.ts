import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SpdyConnectionError } from "./errors.ts";
import { UNCONFIRMED_SMALL_BYTES } from "./frames/constants.ts";
import { Pinger } from "./pinger.ts";

const TIMEOUT_MS = 1000;
const STALLED_MS = 10_000;

function pinger(firstId: 1 | 2 = 1) {
  const sent: number[] = [];
  const timeouts: SpdyConnectionError[] = [];
  const state = { excused: false, muted: false, sentBytes: 0 };
  const subject = new Pinger({
    firstId,
    timeoutMs: TIMEOUT_MS,
    stalledTimeoutMs: STALLED_MS,
    send: (id) => sent.push(id),
    excused: () => state.excused,
    muted: () => state.muted,
    sentBytes: () => state.sentBytes,
    unconfirmedSmallBytes: UNCONFIRMED_SMALL_BYTES,
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

  it("joins one that waits instead of piling up", () => {
    const { subject, sent } = pinger();
    expect(subject.ping()).toBe(subject.ping());
    expect(sent).toEqual([1]);
  });

  it("is sent once per period, answered or not: each reaches another worker of the peer", () => {
    const { subject, sent } = pinger();
    subject.every(100);
    for (let index = 0; index < 3; index++) {
      vi.advanceTimersByTime(100);
      subject.receive(sent.at(-1)!);
    }
    vi.advanceTimersByTime(200);
    expect(sent).toEqual([1, 3, 5, 7, 9]);
    subject.stop(new SpdyConnectionError("CLOSED", "done"));
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(5);
  });

  it("is not sent by itself while muted", () => {
    const { subject, sent, state } = pinger();
    state.muted = true;
    subject.every(100);
    vi.advanceTimersByTime(500);
    expect(sent).toEqual([]);
    state.muted = false;
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([1]);
  });

  it("does not fill the queue of a worker that takes none", () => {
    const { subject, sent, state } = pinger();
    state.excused = true;
    subject.every(100);
    vi.advanceTimersByTime(100_000);
    expect(sent).toHaveLength(32);
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

  it("is dead that long after its last byte, whichever that was, and no longer", () => {
    const { subject, timeouts } = pinger();
    void subject.ping().catch(() => {});
    for (let index = 0; index < 5; index++) {
      vi.advanceTimersByTime(TIMEOUT_MS / 2);
      subject.heard();
    }
    vi.advanceTimersByTime(TIMEOUT_MS - 1);
    expect(timeouts).toEqual([]);
    vi.advanceTimersByTime(1);
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

describe("a peer that has yet to take what was sent", () => {
  /** Five workers as Go has them, with one stopped; each answers its own pings. */
  function withStoppedWorker({ subject, sent }: ReturnType<typeof pinger>, stopped: number) {
    for (const [turn, id] of sent.splice(0).entries()) if (turn % 5 !== stopped) subject.receive(id);
  }

  it("gets longer, and not for ever", () => {
    const { subject, timeouts, state } = pinger();
    state.sentBytes = UNCONFIRMED_SMALL_BYTES + 1;
    subject.every(100);
    vi.advanceTimersByTime(STALLED_MS);
    expect(timeouts).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(timeouts.map((error) => error.code)).toEqual(["PING_TIMEOUT"]);
  });

  it("is asked with a ping to each worker; answers to all confirm what was sent before", () => {
    const { subject, sent, timeouts, state } = pinger();
    subject.every(100);
    state.sentBytes = UNCONFIRMED_SMALL_BYTES + 1;
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(5);
    for (const id of sent.splice(0)) subject.receive(id);
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(timeouts).toHaveLength(1);
  });

  it("has confirmed nothing that was sent after those pings", () => {
    const { subject, sent, timeouts, state } = pinger();
    subject.every(100);
    state.sentBytes = UNCONFIRMED_SMALL_BYTES + 1;
    vi.advanceTimersByTime(100);
    state.sentBytes += UNCONFIRMED_SMALL_BYTES + 1;
    for (const id of sent.splice(0)) subject.receive(id);
    vi.advanceTimersByTime(2 * TIMEOUT_MS);
    expect(timeouts).toEqual([]);
  });

  it("lives as long as its other workers answer, and its upload is never taken for confirmed", () => {
    const one = pinger();
    one.subject.every(100);
    one.state.sentBytes = UNCONFIRMED_SMALL_BYTES + 1;
    vi.advanceTimersByTime(100);
    for (let index = 0; index < 20; index++) {
      if (one.sent.length >= 5) {
        withStoppedWorker(one, 2);
        one.subject.heard();
      }
      vi.advanceTimersByTime(100);
    }
    expect(one.timeouts).toEqual([]);
    // Now the whole peer is silent, which may be its full pipe.
    vi.advanceTimersByTime(STALLED_MS - TIMEOUT_MS);
    expect(one.timeouts).toEqual([]);
    vi.advanceTimersByTime(STALLED_MS);
    expect(one.timeouts).toHaveLength(1);
  });
});
