import { describe, expect, it, vi } from "vitest";
import { encodeAck, OUTPUT_WINDOW_BYTES } from "#protocol/ack.ts";
import { Channel, encodeClose, encodeFrame } from "#protocol/channel.ts";
import { PORTHOLE_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { encodeText } from "#protocol/text.ts";
import { CLOSED } from "#server/testing/channel-pair.ts";
import { startSession } from "./session.fixture.ts";

describe("what viewers send to a session", () => {
  it("sends the size first, then what is typed, untouched", () => {
    const { received, view } = startSession();
    const { page } = view();
    page.sendFrame(encodeFrame(Channel.Stdin, Uint8Array.of(0xf0, 0x9f, 0x90)));
    expect(received.on(Channel.Resize).toString()).toBe('{"Width":80,"Height":24}\n');
    expect([...received.on(Channel.Stdin)]).toEqual([0xf0, 0x9f, 0x90]);
  });

  it.each([
    ["a CLOSE of a channel that is none", Uint8Array.of(255, 5)],
    ["a CLOSE without a channel", Uint8Array.of(255)],
    ["an ack that is none", Uint8Array.of(Channel.Ack, 1)],
    ["an ack beyond what was sent", encodeFrame(Channel.Ack, encodeAck(99))],
  ])("closes a viewer that sends %s, and no one else", (_name, frame) => {
    const { received, view } = startSession();
    const bad = view();
    const good = view();
    bad.page.sendFrame(frame);
    expect(bad.seen.end?.code).toBe(1002);
    good.page.sendFrame(encodeFrame(Channel.Stdin, encodeText("still here")));
    expect(received.on(Channel.Stdin).toString()).toBe("still here");
  });

  it("ignores channels that are not for a client to write, and passes none of them on", () => {
    const { received, view } = startSession();
    const { page, seen } = view();
    for (const channel of [1, 2, 3, 6, 9]) page.sendFrame(Uint8Array.of(channel, 65));
    page.sendFrame(encodeClose(Channel.Resize));
    page.sendFrame(encodeFrame(Channel.Stdin, encodeText("still here")));
    expect(seen.end).toBeNull();
    expect(received.frames.slice(1)).toEqual([encodeFrame(Channel.Stdin, encodeText("still here"))]);
  });

  it("takes no input from a viewer that may only look on, and shows it everything", () => {
    const { received, output, view } = startSession();
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
    const { received, view } = startSession();
    const { page, resize } = view();
    resize(80, 24);
    resize(100, 30);
    page.sendFrame(encodeFrame(Channel.Resize, encodeText('{"height":30,"width":100}')));
    expect(received.on(Channel.Resize).toString()).toBe(
      '{"Width":80,"Height":24}\n{"Width":100,"Height":30}\n',
    );
  });

  it("gives the terminal the size of the viewer that resized last, and when it leaves the one before", () => {
    const { received, view } = startSession();
    const [first, second] = [view(), view()];
    first.resize(100, 30);
    second.resize(60, 20);
    second.page.terminate();
    first.page.terminate();
    const sizes = received.on(Channel.Resize).toString().trim().split("\n");
    expect(sizes.map((size) => JSON.parse(size).Width)).toEqual([80, 100, 60, 100]);
  });

  it("pauses the page while the API server does not take its input", () => {
    const { apiServer, upstream, view } = startSession();
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
      const { session, view, output } = startSession();
      const [ann, bob] = [view(), view()];
      ann.grant.end(revoked);
      expect(ann.seen.end).toMatchObject({ code: 4403, words: revoked.words });
      output(Buffer.from("on it goes"));
      expect(bob.seen.on(Channel.Stdout).toString()).toBe("on it goes");
      expect(ann.seen.on(Channel.Stdout)).toHaveLength(0);
      expect(session.ending).toBeNull();
    });

    it("of who made it, ends for everyone at once, whatever output still waits", () => {
      const { session, received, view, output } = startSession();
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
      const { view } = startSession();
      const { page, grant } = view();
      const released = vi.spyOn(grant, "release");
      page.close(CLOSED);
      expect(released).toHaveBeenCalled();
    });
  });
});
