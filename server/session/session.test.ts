import { describe, expect, it, vi } from "vitest";
import { encodeAck, OUTPUT_WINDOW_BYTES } from "#protocol/ack.ts";
import { Channel, encodeClose, encodeFrame } from "#protocol/channel.ts";
import { encodeResize } from "#protocol/resize.ts";
import { decodeEvent, type SessionEvent } from "#protocol/session-event.ts";
import { exitStatus } from "#protocol/status.ts";
import { PORTHOLE_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { encodeText } from "#protocol/text.ts";
import { CLOSED, channelPair, record } from "#server/testing/channel-pair.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { RING_BYTES } from "./output-ring.ts";
import { Session } from "./session.ts";
import { STALLED_AFTER_MS, type ViewerRole } from "./viewer.ts";

const PATH = { subprotocol: V5_SUBPROTOCOL, transport: "websocket", handshakeMs: 1 } as const;

function start() {
  const [upstream, apiServer] = channelPair(V5_SUBPROTOCOL);
  const received = record(apiServer);
  const session = new Session({
    upstream,
    path: PATH,
    size: { width: 80, height: 24 },
    onEnded: vi.fn(),
    onViewers: vi.fn(),
  });
  const view = (subprotocol: string = PORTHOLE_SUBPROTOCOL, from = 0, role: ViewerRole = "owner") => {
    const [serverEnd, page] = channelPair(subprotocol);
    const seen = record(page);
    const grant = new SignedIn().grant();
    session.attach(serverEnd, { from, role, grant });
    const events = () =>
      seen.frames
        .filter((frame) => frame[0] === Channel.Event)
        .map((frame) => decodeEvent(frame.subarray(1)) as SessionEvent);
    return {
      page,
      seen,
      grant,
      events,
      resize: (width: number, height: number) =>
        page.sendFrame(encodeFrame(Channel.Resize, encodeResize({ width, height }))),
      ack: (offset: number) => page.sendFrame(encodeFrame(Channel.Ack, encodeAck(offset))),
    };
  };
  const output = (bytes: Uint8Array) => apiServer.sendFrame(encodeFrame(Channel.Stdout, bytes));
  const finish = (code: number) => {
    apiServer.sendFrame(encodeFrame(Channel.Error, encodeText(JSON.stringify(exitStatus(code)))));
    apiServer.close(CLOSED);
  };
  return { session, upstream, apiServer, received, view, output, finish };
}

describe("Session", () => {
  it("sends the size first, then what is typed, untouched", () => {
    const { received, view } = start();
    const { page } = view();
    page.sendFrame(encodeFrame(Channel.Stdin, Uint8Array.of(0xf0, 0x9f, 0x90)));
    expect(received.on(Channel.Resize).toString()).toBe('{"Width":80,"Height":24}\n');
    expect([...received.on(Channel.Stdin)]).toEqual([0xf0, 0x9f, 0x90]);
  });

  it("gives a late viewer all output the ring holds, beginning with what it missed", () => {
    const { output, view } = start();
    output(encodeText("before anyone looked "));
    const { seen, events } = view();
    expect(events()[0]).toMatchObject({ written: "before anyone looked ".length });
    output(encodeText("and after"));
    expect(seen.on(Channel.Stdout).toString()).toBe("before anyone looked and after");
    expect(events()[0]).toMatchObject({ type: "attached", offset: 0, missed: 0 });
  });

  it("gives a viewer that comes back exactly the rest, once", () => {
    const { output, view } = start();
    const first = view();
    output(encodeText("0123456789"));
    first.page.terminate();
    output(encodeText("abc"));
    const again = view(PORTHOLE_SUBPROTOCOL, 10);
    output(encodeText("def"));
    expect(again.seen.on(Channel.Stdout).toString()).toBe("abcdef");
  });

  it("says how much is gone when the ring no longer holds it", () => {
    const { output, view } = start();
    output(encodeText("x".repeat(1000)));
    output(Buffer.alloc(RING_BYTES));
    const { events } = view(PORTHOLE_SUBPROTOCOL, 100);
    expect(events()[0]).toMatchObject({ type: "attached", offset: 1000, missed: 900 });
  });

  it("keeps at most one window ahead of the page's acks, and reads no further upstream", () => {
    const { output, upstream, apiServer, view } = start();
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
      const { output, upstream, view } = start();
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
    const { session, output, finish, view } = start();
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
    const { apiServer, view } = start();
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
    const { output, finish, view } = start();
    output(encodeText("the last words"));
    finish(0);
    const { seen, events } = view();
    expect(seen.on(Channel.Stdout).toString()).toBe("the last words");
    expect(events().at(-1)).toMatchObject({ type: "ended", ending: { kind: "exited", code: 0 } });
  });

  it.each([
    ["a CLOSE of a channel that is none", Uint8Array.of(255, 5)],
    ["a CLOSE without a channel", Uint8Array.of(255)],
    ["an ack that is none", Uint8Array.of(Channel.Ack, 1)],
    ["an ack beyond what was sent", encodeFrame(Channel.Ack, encodeAck(99))],
  ])("closes a viewer that sends %s, and no one else", (_name, frame) => {
    const { received, view } = start();
    const bad = view();
    const good = view();
    bad.page.sendFrame(frame);
    expect(bad.seen.end?.code).toBe(1002);
    good.page.sendFrame(encodeFrame(Channel.Stdin, encodeText("still here")));
    expect(received.on(Channel.Stdin).toString()).toBe("still here");
  });

  it("ignores channels that are not for a client to write, and passes none of them on", () => {
    const { received, view } = start();
    const { page, seen } = view();
    for (const channel of [1, 2, 3, 6, 9]) page.sendFrame(Uint8Array.of(channel, 65));
    page.sendFrame(encodeClose(Channel.Resize));
    page.sendFrame(encodeFrame(Channel.Stdin, encodeText("still here")));
    expect(seen.end).toBeNull();
    expect(received.frames.slice(1)).toEqual([encodeFrame(Channel.Stdin, encodeText("still here"))]);
  });

  it("takes no input from a viewer that may only look on, and shows it everything", () => {
    const { received, output, view } = start();
    const watcher = view(PORTHOLE_SUBPROTOCOL, 0, "viewer");
    const writer = view(PORTHOLE_SUBPROTOCOL, 0, "writer");
    watcher.page.sendFrame(encodeFrame(Channel.Stdin, encodeText("rm -rf /\n")));
    watcher.page.sendFrame(encodeClose(Channel.Stdin));
    watcher.resize(20, 5);
    expect(received.frames).toHaveLength(1);
    writer.page.sendFrame(encodeFrame(Channel.Stdin, encodeText("ls\n")));
    expect(received.on(Channel.Stdin).toString()).toBe("ls\n");
    output(encodeText("a file"));
    expect(watcher.seen.on(Channel.Stdout).toString()).toBe("a file");
    expect(watcher.seen.end).toBeNull();
  });

  it("tells the upstream a size only when the terminal's changes, in kubectl's own form", () => {
    const { received, view } = start();
    const { page, resize } = view();
    resize(80, 24);
    resize(100, 30);
    page.sendFrame(encodeFrame(Channel.Resize, encodeText('{"height":30,"width":100}')));
    expect(received.on(Channel.Resize).toString()).toBe(
      '{"Width":80,"Height":24}\n{"Width":100,"Height":30}\n',
    );
  });

  it("gives the terminal the size of the viewer that resized last, and when it leaves the one before", () => {
    const { received, view } = start();
    const [first, second] = [view(), view()];
    first.resize(100, 30);
    second.resize(60, 20);
    second.page.terminate();
    first.page.terminate();
    const sizes = received.on(Channel.Resize).toString().trim().split("\n");
    expect(sizes.map((size) => JSON.parse(size).Width)).toEqual([80, 100, 60, 100]);
  });

  it("says who ended it and why, and closes the upstream", () => {
    const { session, received, view } = start();
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

  it("pauses the page while the API server does not take its input", () => {
    const { apiServer, upstream, view } = start();
    const { page } = view();
    apiServer.pause();
    const paste = encodeFrame(Channel.Stdin, Buffer.alloc(32 * 1024));
    let sent = 0;
    while (page.sendFrame(paste) && sent < 100) sent += 1;
    expect(sent).toBeLessThan(100);
    expect(upstream.queuedBytes).toBeLessThan(400 * 1024);
    apiServer.resume();
    expect(upstream.queuedBytes).toBe(0);
    expect(page.queuedBytes).toBe(0);
  });

  describe("when a right is taken away", () => {
    const revoked = { cause: "revoked", words: "the right was taken away" } as const;

    it("closes that viewer alone, with the reason", () => {
      const { session, view, output } = start();
      const [ann, bob] = [view(), view()];
      ann.grant.end(revoked);
      expect(ann.seen.end).toMatchObject({ code: 4403, words: revoked.words });
      output(Buffer.from("on it goes"));
      expect(bob.seen.on(Channel.Stdout).toString()).toBe("on it goes");
      expect(ann.seen.on(Channel.Stdout)).toHaveLength(0);
      expect(session.ending).toBeNull();
    });

    it("of who made it, ends for everyone at once, whatever output still waits", () => {
      const { session, received, view, output } = start();
      const { page, seen, events } = view();
      output(Buffer.alloc(OUTPUT_WINDOW_BYTES + 10_000));
      session.end(revoked);
      expect(events().at(-1)).toMatchObject({ type: "ended", end: revoked });
      expect(seen.on(Channel.Stdout)).toHaveLength(OUTPUT_WINDOW_BYTES);
      expect(seen.end?.code).toBe(1000);
      expect(received.end).not.toBeNull();
      page.sendFrame(encodeFrame(Channel.Stdin, Uint8Array.of(65)));
      expect(received.on(Channel.Stdin)).toHaveLength(0);
    });

    it("gives the grant back with the viewer", () => {
      const { view } = start();
      const { page, grant } = view();
      const released = vi.spyOn(grant, "release");
      page.close(CLOSED);
      expect(released).toHaveBeenCalled();
    });
  });
});
