import { describe, expect, it, vi } from "vitest";
import { OUTPUT_WINDOW_BYTES } from "#protocol/ack.ts";
import { Channel } from "#protocol/channel.ts";
import { PORTHOLE_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { encodeText } from "#protocol/text.ts";
import { CLOSED } from "#server/testing/channel-pair.ts";
import { RING_BYTES } from "./output-ring.ts";
import { startSession } from "./session.fixture.ts";
import { STALLED_AFTER_MS } from "./viewer.ts";

describe("Session", () => {
  it("gives a late viewer all output the ring holds, beginning with what it missed", () => {
    const { output, view } = startSession();
    output(encodeText("before anyone looked "));
    const { seen, events } = view();
    expect(events()[0]).toMatchObject({ written: "before anyone looked ".length });
    output(encodeText("and after"));
    expect(seen.on(Channel.Stdout).toString()).toBe("before anyone looked and after");
    expect(events()[0]).toMatchObject({ type: "attached", offset: 0, missed: 0 });
  });

  it("gives a viewer that comes back exactly the rest, once", () => {
    const { output, view } = startSession();
    const first = view();
    output(encodeText("0123456789"));
    first.page.terminate();
    output(encodeText("abc"));
    const again = view(PORTHOLE_SUBPROTOCOL, 10);
    output(encodeText("def"));
    expect(again.seen.on(Channel.Stdout).toString()).toBe("abcdef");
  });

  it("says how much is gone when the ring no longer holds it", () => {
    const { output, view } = startSession();
    output(encodeText("x".repeat(1000)));
    output(Buffer.alloc(RING_BYTES));
    const { events } = view(PORTHOLE_SUBPROTOCOL, 100);
    expect(events()[0]).toMatchObject({ type: "attached", offset: 1000, missed: 900 });
  });

  it("keeps at most one window ahead of the page's acks, and reads no further upstream", () => {
    const { output, upstream, apiServer, view } = startSession();
    const { seen, ack } = view();
    const piece = Buffer.alloc(32 * 1024, "y");
    for (let sent = 0; sent < 40; sent += 1) output(piece);
    expect(seen.on(Channel.Stdout).byteLength).toBe(OUTPUT_WINDOW_BYTES);
    expect(upstream.paused).toBe(true);
    expect(apiServer.queuedBytes).toBeGreaterThan(500 * 1024);
    let acked = 0;
    while (acked < 40 * piece.byteLength) {
      const have = seen.on(Channel.Stdout).byteLength;
      expect(have).toBeGreaterThan(acked);
      expect(have - acked).toBeLessThanOrEqual(OUTPUT_WINDOW_BYTES);
      acked = have;
      ack(acked);
    }
    expect(upstream.paused).toBe(false);
    expect(seen.on(Channel.Stdout).equals(Buffer.alloc(40 * piece.byteLength, "y"))).toBe(true);
  });

  it("goes on without a stalled page, and tells it what it lost when it is back", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "performance"] });
    try {
      const { output, upstream, view } = startSession();
      const { seen, events, ack } = view();
      const piece = Buffer.alloc(32 * 1024);
      for (let sent = 0; sent < 40; sent += 1) output(piece);
      expect(upstream.paused).toBe(true);
      vi.advanceTimersByTime(STALLED_AFTER_MS + 10_000);
      expect(upstream.paused).toBe(false);
      ack(seen.on(Channel.Stdout).byteLength);
      expect(events().find((event) => event.type === "gap")).toMatchObject({
        missed: 40 * 32 * 1024 - 2 * RING_BYTES,
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it("ends with the exit code after the last byte of output was sent", () => {
    const { session, output, finish, view } = startSession();
    const { seen, events } = view();
    output(encodeText("bye"));
    finish(3);
    expect(seen.on(Channel.Stdout).toString()).toBe("bye");
    expect(events().at(-1)).toMatchObject({
      type: "ended",
      end: { cause: "exited" },
      ending: { kind: "exited", code: 3 },
    });
    expect(seen.end?.code).toBe(1000);
    expect(session.ending).toEqual({ kind: "exited", code: 3 });
  });

  it("never takes a lost status for success, for a plain v5 client either", () => {
    const { apiServer, view } = startSession();
    const ours = view();
    const plain = view(V5_SUBPROTOCOL);
    apiServer.close(CLOSED);
    expect(ours.events().at(-1)).toMatchObject({
      type: "ended",
      end: { cause: "closed" },
      ending: { kind: "unknown" },
    });
    expect(JSON.parse(plain.seen.on(Channel.Error).toString())).toMatchObject({
      status: "Failure",
      code: 500,
    });
    expect(plain.seen.end?.code).toBe(1000);
    expect(plain.seen.frames.some((frame) => frame[0]! > Channel.Error)).toBe(false);
  });

  it("shows the ending to a viewer that comes after it", () => {
    const { output, finish, view } = startSession();
    output(encodeText("the last words"));
    finish(0);
    const { seen, events } = view();
    expect(seen.on(Channel.Stdout).toString()).toBe("the last words");
    expect(events().at(-1)).toMatchObject({ type: "ended", ending: { kind: "exited", code: 0 } });
  });

  it("says who ended it and why, and closes the upstream", () => {
    const { session, received, view } = startSession();
    const { seen, events } = view();
    const plain = view(V5_SUBPROTOCOL);
    session.end({ cause: "shutdown", words: "Porthole was stopped" });
    session.end({ cause: "limit", words: "too late" });
    expect(received.end).not.toBeNull();
    expect(events().at(-1)).toMatchObject({
      type: "ended",
      end: { cause: "shutdown", words: "Porthole was stopped" },
      ending: { kind: "unknown", message: "no exit status was received: Porthole was stopped" },
    });
    expect(seen.end?.code).toBe(1000);
    expect(JSON.parse(plain.seen.on(Channel.Error).toString())).toMatchObject({ status: "Failure" });
  });
});
