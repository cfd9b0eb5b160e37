import { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { closeSpdyPairs, readAll, withRawPeer } from "#server/testing/spdy-pair.ts";
import {
  KUBECTL_EXEC_CLOSE,
  KUBECTL_EXEC_FIELDS,
  KUBECTL_EXEC_OPEN,
  KUBECTL_EXEC_STDIN,
  KUBECTL_FORWARD,
} from "#server/testing/vectors/spdy.ts";
import { SpdyConnection } from "./connection.ts";
import type { SpdyConnectionError } from "./errors.ts";
import { IDLE_FRAMES_BURST } from "./frames/constants.ts";
import type { SpdyStream } from "./stream.ts";

afterEach(closeSpdyPairs);

const FIRST_REPLY = `8003000200000018${"00000001"}7820e3c6a7c2000400fbff00000000000000ffff`;

/** A server that notes its streams and leaves the rest to the test. */
async function server(options: { maxStreams?: number; onStream?: (stream: SpdyStream) => void } = {}) {
  const streams: SpdyStream[] = [];
  const ends: (SpdyConnectionError | null)[] = [];
  const { connection, peer } = await withRawPeer({
    onStream: (stream) => streams.push(stream),
    ...options,
    role: "server",
    onEnd: (error) => ends.push(error),
  });
  return { connection, peer, streams, ends };
}

/** SYN_STREAM without headers; the first of a connection needs the zlib header before its block. */
function syn(id: number, { first = false, flags = "00" } = {}): string {
  const block = `${first ? "78f9e3c6a7c2" : ""}6260606000000000ffff`;
  const length = (10 + block.length / 2).toString(16).padStart(6, "0");
  return `80030001${flags}${length}${id.toString(16).padStart(8, "0")}000000000000${block}`;
}

function reset(id: number, status: number): string {
  return `8003000300000008${id.toString(16).padStart(8, "0")}${status.toString(16).padStart(8, "0")}`;
}

describe("kubectl's recorded bytes", () => {
  it("open an exec, byte by byte, and end it", async () => {
    const { connection, peer, streams, ends } = await server();
    const opening = [...KUBECTL_EXEC_OPEN, ...KUBECTL_EXEC_STDIN].join("");
    for (let offset = 0; offset < opening.length; offset += 2) peer.send(opening.slice(offset, offset + 2));
    await until("four streams", () => streams.length === 4);
    expect(streams.map((stream) => [stream.id, stream.headers.streamtype])).toEqual([
      [1, "error"],
      [3, "stdin"],
      [5, "stdout"],
      [7, "stderr"],
    ]);
    for (const stream of streams) stream.reply();
    expect(String(await readAll(streams[1]!))).toBe("hello\n");
    peer.send(KUBECTL_EXEC_CLOSE.join(""));
    peer.socket.end();
    await until("the end", () => ends.length === 1);
    expect([ends[0], connection.ended, connection.streamCount]).toEqual([null, true, 0]);
    expect(streams.map((stream) => stream.resetStatus)).toEqual([5, 5, 5, 5]);
  });

  it("open a stream written field by field, with the rest in one chunk", async () => {
    const { peer, streams } = await server();
    const [first, ...others] = KUBECTL_EXEC_OPEN;
    for (const field of KUBECTL_EXEC_FIELDS) peer.send(field);
    peer.send(first!.slice(KUBECTL_EXEC_FIELDS.join("").length) + others.join(""));
    await until("four streams", () => streams.length === 4);
  });

  it("forward a connection: both streams, the half-closes and the payload", async () => {
    const { peer, streams } = await server({
      onStream: (stream) => {
        stream.reply();
        streams.push(stream);
      },
    });
    peer.send(KUBECTL_FORWARD.join(""));
    await until("two streams", () => streams.length === 2);
    expect(streams.map((stream) => ({ ...stream.headers }))).toEqual([
      { streamtype: "error", port: "16990", requestid: "0" },
      { streamtype: "data", port: "16990", requestid: "0" },
    ]);
    expect(await readAll(streams[0]!)).toHaveLength(0);
    expect(String(await readAll(streams[1]!))).toBe("ping");
    streams[1]!.end("pong");
    await until("the answer", () => peer.received.endsWith(`0000000300000004${"706f6e67"}0000000301000000`));
  });
});

describe("accepting", () => {
  it("sends SYN_REPLY once, before anything that is written", async () => {
    const { peer, streams } = await server();
    peer.send(syn(1, { first: true }));
    await until("the stream", () => streams.length === 1);
    streams[0]!.reply();
    streams[0]!.reply();
    streams[0]!.write("a");
    await until("reply and data", () => peer.received === `${FIRST_REPLY}000000010000000161`);
  });

  it("is implied by writing: a Go client drops DATA before the reply", async () => {
    const { peer, streams } = await server();
    peer.send(syn(1, { first: true }));
    await until("the stream", () => streams.length === 1);
    streams[0]!.end();
    await until("reply and FIN", () => peer.received === `${FIRST_REPLY}0000000101000000`);
  });

  it("works for a stream that comes with FIN", async () => {
    const { connection, peer, streams } = await server();
    peer.send(syn(1, { first: true, flags: "01" }));
    await until("the stream", () => streams.length === 1);
    expect(await readAll(streams[0]!)).toHaveLength(0);
    streams[0]!.end("x");
    await until("the answer", () => peer.received.endsWith("0000000101000000"));
    expect(connection.streamCount).toBe(0);
  });
});

describe("refusing", () => {
  it("resets every stream when nobody handles them", async () => {
    const { connection, peer } = await withRawPeer({ role: "server" });
    peer.send(syn(1, { first: true }));
    await until("the reset", () => peer.received === reset(1, 3));
    expect(connection.streamCount).toBe(0);
  });

  it("resets even, repeated and lower ids, and keeps the headers of later streams readable", async () => {
    const { peer, streams } = await server();
    peer.send(syn(5, { first: true }) + syn(5) + syn(3) + syn(8) + syn(7));
    await until("the last stream", () => streams.length === 2);
    expect(streams.map((stream) => stream.id)).toEqual([5, 7]);
    await until("three resets", () => peer.received === reset(5, 1) + reset(3, 1) + reset(8, 1));
  });

  it("resets a stream in one direction only, which Kubernetes has no use for", async () => {
    const { peer, streams } = await server();
    peer.send(syn(1, { first: true, flags: "02" }));
    await until("the reset", () => peer.received === reset(1, 3));
    expect(streams).toEqual([]);
  });

  it("takes no more than maxStreams at a time", async () => {
    const { connection, peer, streams } = await server({ maxStreams: 2 });
    peer.send(syn(1, { first: true }) + syn(3) + syn(5));
    await until("the refusal", () => peer.received === reset(5, 3));
    streams[0]!.reset();
    peer.send(syn(7));
    await until("room again", () => streams.length === 3);
    expect([streams[2]!.id, connection.streamCount]).toEqual([7, 2]);
  });

  it("opens no streams itself", async () => {
    const { connection } = await server();
    expect(() => connection.createStream({})).toThrow(expect.objectContaining({ code: "PROTOCOL" }));
  });
});

describe("a peer that breaks the protocol", () => {
  it.each([
    ["an unknown frame", "8003000500000000", "PROTOCOL"],
    ["an oversized frame", "80030001000fffff", "FRAME_TOO_LARGE"],
    ["headers that do not inflate", "800300010000000e000000010000000000000badcafe", "HEADERS"],
    ["a ping with id 0", "800300060000000400000000", "PROTOCOL"],
  ])("loses the connection: %s", async (_what, hex, code) => {
    const { connection, peer, streams, ends } = await server();
    peer.send(syn(1, { first: true }) + hex + syn(3));
    await until("the end", () => ends.length === 1 && peer.ended);
    expect([ends[0]?.code, connection.ended, streams.length]).toEqual([code, true, 1]);
    await until("the stream's end", () => streams[0]!.destroyed);
    expect(streams[0]!.errored).toBe(ends[0]);
  });

  it("is cut off when it makes us answer more often than anybody needs", async () => {
    const ends: (SpdyConnectionError | null)[] = [];
    const deaf = new Duplex({ read() {}, write() {} });
    new SpdyConnection(deaf, { role: "server", onEnd: (error) => ends.push(error) });
    const pings = Buffer.from("800300060000000400000001".repeat(IDLE_FRAMES_BURST + 100), "hex");
    deaf.emit("data", pings);
    expect(ends).toEqual([]);
    await until("the end", () => ends.length === 1);
    expect(ends.map((error) => error?.code)).toEqual(["FLOOD"]);
  });
});
