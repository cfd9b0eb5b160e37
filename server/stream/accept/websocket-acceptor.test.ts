import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { V4_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { record } from "#server/testing/channel-pair.ts";
import { type Loopback, listenOnLoopback, until } from "#server/testing/loopback.ts";
import { UpgradeError } from "../errors.ts";
import type { ChannelSocket } from "../types.ts";
import { DOWNSTREAM_MAX_MESSAGE_BYTES, SEND_HIGH_WATER_BYTES } from "../websocket/websocket-limits.ts";
import { acceptChannels, acceptTunnel } from "./websocket-acceptor.ts";

let loopback: Loopback;
let accepted: ChannelSocket[];

beforeEach(async () => {
  accepted = [];
  loopback = await listenOnLoopback({
    upgrade(request, socket, head) {
      try {
        if (request.url === "/tunnel") {
          const bytes = acceptTunnel(request, socket, head);
          bytes.on("error", () => {});
          bytes.pipe(bytes);
        } else {
          accepted.push(acceptChannels(request, socket, head, [V5_SUBPROTOCOL]));
        }
      } catch (error) {
        const { httpStatus, message } = error as UpgradeError;
        expect(error).toBeInstanceOf(UpgradeError);
        socket.end(`HTTP/1.1 ${httpStatus} Refused\r\nContent-Length: ${message.length}\r\n\r\n${message}`);
      }
    },
  });
});

afterEach(() => loopback.close());

function dial(protocols: string[] = [V5_SUBPROTOCOL], options = {}) {
  const ws = new WebSocket(loopback.origin.replace("http", "ws"), protocols, options);
  ws.on("error", () => {});
  return ws;
}

async function open(ws: WebSocket): Promise<{ ws: WebSocket; server: ChannelSocket }> {
  await new Promise((resolve, reject) => ws.once("open", resolve).once("error", reject));
  return { ws, server: accepted.at(-1)! };
}

const closed = (ws: WebSocket) => new Promise<number>((resolve) => ws.once("close", resolve));

/** Sends raw bytes and gives the answer's first line. */
function answerTo(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(loopback.port, "127.0.0.1", () => socket.write(text));
    socket.once("data", (data) => {
      resolve(data.toString().split("\r\n")[0]!);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

function handshake(lines: Record<string, string>, method = "GET", version = "1.1"): string {
  const headers = {
    Host: "x",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": V5_SUBPROTOCOL,
    ...lines,
  };
  return `${method} / HTTP/${version}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
}

describe("the handshake", () => {
  it("answers the worked example of RFC 6455 and echoes one subprotocol", async () => {
    expect(await answerTo(handshake({}))).toBe("HTTP/1.1 101 Switching Protocols");
    const { ws } = await open(dial([V4_SUBPROTOCOL, V5_SUBPROTOCOL]));
    expect(ws.protocol).toBe(V5_SUBPROTOCOL);
    ws.terminate();
  });

  it.each([
    ["version 12", handshake({ "Sec-WebSocket-Version": "12" }), "400"],
    ["no version", handshake({ "Sec-WebSocket-Version": "" }), "400"],
    ["a short key", handshake({ "Sec-WebSocket-Key": "abc" }), "400"],
    ["h2c", handshake({ Upgrade: "h2c" }), "400"],
    ["POST", handshake({ "Content-Length": "0" }, "POST"), "405"],
    ["no subprotocol in common", handshake({ "Sec-WebSocket-Protocol": V4_SUBPROTOCOL }), "400"],
    ["another case of the name", handshake({ "Sec-WebSocket-Protocol": "V5.channel.k8s.io" }), "400"],
  ])("refuses %s before anything is upgraded", async (_name, text, code) => {
    expect(await answerTo(text)).toContain(code);
    expect(accepted).toHaveLength(0);
  });

  it("does not negotiate permessage-deflate", async () => {
    const { ws } = await open(dial(undefined, { perMessageDeflate: true }));
    expect(ws.extensions).toBe("");
    ws.terminate();
  });
});

describe("frames of an accepted socket", () => {
  it("arrive as they were sent, those before listen() included", async () => {
    const { ws, server } = await open(dial());
    ws.send(Uint8Array.of(0, 1, 2));
    ws.send(Uint8Array.of(255, 0));
    await until("the frames to be in the kernel", () => loopback.sockets.size === 1);
    const seen = record(server);
    await until("two frames", () => seen.frames.length === 2);
    expect(seen.frames.map((frame) => [...frame])).toEqual([
      [0, 1, 2],
      [255, 0],
    ]);
    ws.terminate();
  });

  it("are never empty: an empty message is skipped", async () => {
    const { ws, server } = await open(dial());
    const seen = record(server);
    ws.send(new Uint8Array());
    ws.send(Uint8Array.of(0));
    await until("a frame", () => seen.frames.length > 0);
    expect(seen.frames.map((frame) => [...frame])).toEqual([[0]]);
    ws.terminate();
  });

  it("are joined when a browser fragments a message", async () => {
    const { ws, server } = await open(dial());
    const seen = record(server);
    ws.send(Uint8Array.of(0, 7), { fin: false });
    ws.send(Uint8Array.of(1, 8), { fin: true });
    await until("a frame", () => seen.frames.length > 0);
    expect([...seen.frames[0]!]).toEqual([0, 7, 1, 8]);
    ws.terminate();
  });

  it("end with 1003 at a text message", async () => {
    const { ws, server } = await open(dial());
    const seen = record(server);
    ws.send("0ls");
    expect(await closed(ws)).toBe(1003);
    await until("the end", () => seen.end !== null);
    expect(seen.end?.words).toContain("text message");
  });

  it("end with 1009 at a message over the limit, which is not held in memory", async () => {
    const { ws, server } = await open(dial());
    const seen = record(server);
    ws.send(Buffer.alloc(DOWNSTREAM_MAX_MESSAGE_BYTES + 1));
    expect(await closed(ws)).toBe(1009);
    expect(seen.frames).toHaveLength(0);
  });

  it("end as lost when the peer vanishes", async () => {
    const { ws, server } = await open(dial());
    const seen = record(server);
    ws.terminate();
    await until("the end", () => seen.end !== null);
    expect(seen.end).toEqual({ cause: "lost", code: 1006, words: "the connection was lost" });
  });
});

describe("backpressure", () => {
  it("says stop while the reader is slow, and drain when it has caught up; no byte is lost", async () => {
    const { ws, server } = await open(dial());
    const seen = record(server);
    ws.pause();
    const payload = Buffer.alloc(32 * 1024, 5);
    const frameBytes = payload.byteLength + 1;
    let sent = 0;
    while (server.send(1, payload)) sent += 1;
    sent += 1;
    expect(server.queuedBytes).toBeLessThan(SEND_HIGH_WATER_BYTES + 2 * frameBytes);
    let received = 0;
    ws.on("message", (data: Buffer) => {
      received += data.byteLength;
    });
    ws.resume();
    await until("the drain", () => seen.drains === 1);
    await until("every byte", () => received === sent * frameBytes);
    ws.terminate();
  });

  it("reads nothing while paused", async () => {
    const { ws, server } = await open(dial());
    const seen = record(server);
    server.pause();
    const frame = Buffer.alloc(32 * 1024);
    for (let sent = 0; sent < 1_000; sent += 1) ws.send(frame);
    await until("a full pipe", () => ws.bufferedAmount > 1024 * 1024);
    expect(seen.frames.length).toBeLessThan(1_000);
    server.resume();
    await until("all frames", () => seen.frames.length === 1_000);
    ws.terminate();
  });
});

describe("a tunnel", () => {
  it("is negotiated under its own name, slash included, and is a byte stream", async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(loopback.port, "127.0.0.1", () =>
        socket.write(
          handshake({ "Sec-WebSocket-Protocol": "SPDY/3.1+portforward.k8s.io" }).replace(
            "GET /",
            "GET /tunnel",
          ),
        ),
      );
      let text = "";
      socket.on("data", (data: Buffer) => {
        text += data.toString("latin1");
        if (text.includes("\r\n\r\n") && !text.includes("echo")) {
          // One masked binary message "echo" with an all-zero mask, and an empty one before it.
          socket.write(Buffer.from("828000000000828400000000", "hex"));
          socket.write("echo");
        }
        if (text.includes("echo")) {
          resolve(text);
          socket.destroy();
        }
      });
    });
    expect(answer).toMatch(/\r\nSec-WebSocket-Protocol: SPDY\/3\.1\+portforward\.k8s\.io\r\n/);
    expect(answer.endsWith("\x82\x04echo")).toBe(true);
  });
});
