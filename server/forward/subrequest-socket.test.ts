import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SpdyStream } from "#server/spdy/stream.ts";
import { PodSide } from "./pod-side.fixture.ts";
import { PATIENT } from "./program.fixture.ts";
import type { SubrequestSocket } from "./subrequest-socket.ts";
import { Tunnel } from "./tunnel.ts";

describe("SubrequestSocket", () => {
  let pod: PodSide;
  let tunnel: Tunnel;
  const meter = { bytesIn: 0, bytesOut: 0 };
  /** The pod's ends of the last subrequest. */
  let data: SpdyStream;
  let error: SpdyStream;

  beforeEach(async () => {
    pod = new PodSide();
    pod.intercept = (dataStream, errorStream) => {
      data = dataStream;
      error = errorStream;
      return true;
    };
    const connection = await pod.dialTunnel({ namespace: "default", pod: "web" });
    tunnel = new Tunnel(
      connection,
      { pod: "web", uid: "1", port: 80 },
      { released: () => {}, ended: () => {} },
    );
  });

  afterEach(() => {
    tunnel.close();
    pod.close();
  });

  /** What a reader gets, and how it ends. */
  function read(socket: SubrequestSocket): Promise<{ text: string; error: unknown }> {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    return new Promise((resolve) => socket.once("close", () => resolve({ text, error: socket.errored })));
  }

  it("carries bytes both ways", async () => {
    const socket = await tunnel.open(meter, false);
    socket.write("to the pod");
    expect(String((await once(data, "data"))[0])).toBe("to the pod");
    data.write("from the pod");
    expect(String((await once(socket, "data"))[0])).toBe("from the pod");
  });

  it("ends as a whole when the pod's side ends, unless it may be half open", async () => {
    const socket = await tunnel.open(meter, false);
    const ended = read(socket);
    data.end("last words");
    error.end();
    expect(await ended).toEqual({ text: "last words", error: null });
    expect(() => socket.write("too late")).not.toThrow();
  });

  it("takes what is sent after the pod's end while it is half open", async () => {
    const socket = await tunnel.open(meter, true);
    data.end("last words");
    socket.resume();
    await once(socket, "end");
    const closed = once(socket, "close");
    socket.end("mine");
    expect(String((await once(data, "data"))[0])).toBe("mine");
    await closed;
  });

  it.each([false, true])(
    "is no clean end when the pod's side resets it without a word (half open: %s)",
    async (halfOpen) => {
      const socket = await tunnel.open(meter, halfOpen);
      const ended = read(socket);
      data.write("half of");
      await once(socket, "data");
      data.reset();
      error.end();
      const { text, error: cause } = await ended;
      expect(text).toBe("half of");
      expect(cause).toMatchObject({ code: "POD", message: "the pod's side reset the connection" });
    },
  );

  it("that is reset after its end has ended all the same", async () => {
    const socket = await tunnel.open(meter, false);
    const ended = read(socket);
    data.end("all of it");
    await once(data, "finish");
    data.reset();
    error.reset();
    expect(await ended).toEqual({ text: "all of it", error: null });
  });

  it("delivers what came before the pod's side said what went wrong, then fails", async () => {
    const socket = await tunnel.open(meter, false);
    data.write("an answer");
    error.end("copy: connection reset by peer");
    data.reset();
    // Asks for bytes without taking them, as a slow reader does.
    socket.read(0);
    await expect.poll(() => socket.readableLength, PATIENT).toBeGreaterThan(0);
    expect(await read(socket)).toEqual({
      text: "an answer",
      error: expect.objectContaining({ code: "POD", message: "copy: connection reset by peer" }),
    });
  });

  it("takes a reset without a word for no answer", async () => {
    const socket = await tunnel.open(meter, false);
    const ended = read(socket);
    data.reset();
    error.reset();
    expect(await ended).toMatchObject({ text: "", error: { code: "NO_ANSWER" } });
  });

  it("keeps a bounded text of what went wrong and reads the rest", async () => {
    const socket = await tunnel.open(meter, false);
    const ended = read(socket);
    error.end("x".repeat(1024 * 1024));
    error.once("finish", () => data.end());
    expect(((await ended).error as Error).message).toHaveLength(16 * 1024);
  });

  it("resets both streams when it is dropped", async () => {
    const socket = await tunnel.open(meter, false);
    const reset = Promise.all([once(data, "reset"), once(error, "reset")]);
    socket.destroy();
    await reset;
    await expect.poll(() => pod.streams, PATIENT).toBe(0);
    expect(tunnel.load).toBe(0);
  });

  it.each(["a byte", "an end"])("gives up when it is idle and the pod sends %s", async (what) => {
    const socket = await tunnel.open(meter, false);
    socket.resume();
    socket.markIdle();
    const heard = vi.fn();
    socket.on("data", heard);
    if (what === "a byte") data.write("HTTP/1.1 200 OK\r\n\r\n");
    else data.end();
    await once(socket, "close");
    expect(heard).not.toHaveBeenCalled();
  });

  it("says when nothing moved for as long as it was told", async () => {
    const socket = await tunnel.open(meter, false);
    socket.setTimeout(20);
    await once(socket, "timeout");
    expect([socket.timeout, socket.destroyed]).toEqual([20, false]);
    const never = vi.fn();
    socket.setTimeout(0, never);
    expect(socket.listenerCount("timeout")).toBe(0);
  });

  it("sends what was written before it closes softly", async () => {
    const socket = await tunnel.open(meter, false);
    socket.write("all of it");
    socket.destroySoon();
    expect(String((await once(data, "data"))[0])).toBe("all of it");
    expect(socket.destroyed).toBe(true);
  });

  it("counts as a large transfer only while it is one", async () => {
    const socket = await tunnel.open(meter, false);
    data.resume();
    socket.write(Buffer.alloc(300 * 1024));
    expect(tunnel.bulk).toBe(true);
    socket.markIdle();
    // Until its bytes have left they stand in the way of others.
    await expect.poll(() => tunnel.bulk, PATIENT).toBe(false);
  });
});
