/** Our client role against `ws` as the server. */
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { until } from "#server/testing/loopback.ts";
import { DialedWebSocket } from "./dialed-websocket.ts";

let server: WebSocketServer;
let peers: { ws: WebSocket; socket: Socket }[];
let local: Socket;

beforeEach(async () => {
  peers = [];
  server = new WebSocketServer({ host: "127.0.0.1", port: 0, autoPong: false });
  server.on("connection", (ws, request) => peers.push({ ws, socket: request.socket }));
  await once(server, "listening");
});

afterEach(async () => {
  local.destroy();
  for (const { ws } of peers) ws.terminate();
  await new Promise((resolve) => server.close(resolve));
});

/** The handshake by hand; websocket-dialer.test.ts has the real one. */
async function dial() {
  local = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const head =
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13";
  local.write(`${head}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  const answer = await new Promise<Buffer>((resolve) => local.once("data", resolve));
  local.pause();
  const end = answer.indexOf("\r\n\r\n") + 4;
  if (end < answer.byteLength) local.unshift(answer.subarray(end));
  const connection = new DialedWebSocket(local);
  const seen = { bytes: "", pongs: 0, drains: 0, failed: "", closed: null as [number, string] | null };
  connection.listen({
    piece: (bytes) => {
      seen.bytes += bytes.toString("latin1");
    },
    pong: () => {
      seen.pongs += 1;
    },
    drain: () => {
      seen.drains += 1;
    },
    failed: ({ words }) => {
      seen.failed = words;
    },
    closed: (code, reason) => {
      seen.closed = [code, reason];
    },
  });
  connection.resume();
  await until("the peer", () => peers.length === 1);
  const { ws, socket } = peers[0]!;
  const received: string[] = [];
  ws.on("message", (data: Buffer) => received.push(data.toString("latin1")));
  return { connection, seen, ws, socket, received };
}

describe("DialedWebSocket", () => {
  it("sends whole masked messages and gives what comes", async () => {
    const { connection, seen, ws, received } = await dial();
    connection.sendFrame(0, Buffer.from("typed"));
    connection.sendBytes(Buffer.alloc(70_000, "b"));
    await until("both messages", () => received.length === 2);
    expect(received[0]).toBe("\0typed");
    expect(received[1]).toBe("b".repeat(70_000));
    ws.send(Buffer.from("\x01shown"));
    await until("the answer", () => seen.bytes.length > 0);
    expect(seen.bytes).toBe("\x01shown");
  });

  it("answers pings and hears pongs", async () => {
    const { connection, seen, ws } = await dial();
    const pong = once(ws, "pong");
    ws.ping("are you there");
    expect(String((await pong)[0])).toBe("are you there");
    ws.on("ping", (data) => ws.pong(data));
    connection.ping();
    await until("the pong", () => seen.pongs === 1);
  });

  it("answers no pings of a peer that does not read", async () => {
    const { connection, ws, socket } = await dial();
    socket.pause();
    for (let sent = 0; sent < 60_000 && connection.queuedBytes === 0; sent += 100) {
      for (let one = 0; one < 100; one += 1) ws.ping(Buffer.alloc(125));
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let one = 0; one < 20_000; one += 1) ws.ping(Buffer.alloc(125));
    await until("the pings to be read", () => socket.writableLength === 0);
    expect(connection.queuedBytes).toBeLessThan(300 * 1024);
  });

  it("gives the peer's close code and reason behind the last bytes, and hangs up", async () => {
    const { seen, ws } = await dial();
    const closed = once(ws, "close");
    ws.send(Buffer.from("last"));
    ws.close(1000, "over");
    await until("the end", () => seen.closed !== null);
    expect(seen).toMatchObject({ bytes: "last", closed: [1000, "over"], failed: "" });
    expect((await closed)[0]).toBe(1000);
    await until("the socket to close", () => local.destroyed);
  });

  it("closes behind what it sent", async () => {
    const { connection, seen, ws, received } = await dial();
    const closed = once(ws, "close");
    connection.sendFrame(0, Buffer.alloc(300_000, "c"));
    connection.close(1001, "going away");
    expect(connection.open).toBe(false);
    connection.sendFrame(0, Buffer.from("too late"));
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([1001, "going away"]);
    expect(received.map((text) => text.length)).toEqual([300_001]);
    await until("the end", () => seen.closed !== null);
    expect(seen.closed?.[0]).toBe(1001);
  });

  it("says that a connection without a close frame was lost", async () => {
    const { seen, socket } = await dial();
    socket.destroy();
    await until("the end", () => seen.closed !== null);
    expect(seen.closed).toEqual([1006, ""]);
  });

  it("hangs up without a close frame, behind what it sent", async () => {
    const { connection, seen, ws, received } = await dial();
    const closed = once(ws, "close");
    connection.sendFrame(0, Buffer.alloc(300_000, "c"));
    connection.sendFrame(255, Buffer.of(0));
    connection.leave();
    expect(connection.open).toBe(false);
    connection.sendFrame(0, Buffer.from("too late"));
    expect((await closed)[0]).toBe(1006);
    expect(received.map((text) => text.length)).toEqual([300_001, 2]);
    await until("the end", () => seen.closed !== null);
  });

  it("hangs up on a server that takes nothing of what it sent", async () => {
    const { connection, seen, socket } = await dial();
    socket.pause();
    connection.sendFrame(0, Buffer.alloc(30_000_000));
    connection.leave();
    await until("the end", () => seen.closed !== null);
    expect(local.destroyed).toBe(true);
  });

  it("hangs up at a frame that no server sends", async () => {
    const { seen, ws, socket } = await dial();
    const closed = once(ws, "close");
    socket.write(Buffer.from("8281000000002a", "hex"));
    expect((await closed)[0]).toBe(1006);
    await until("the end", () => seen.closed !== null);
    expect(seen.failed).toBe("a frame of the server is masked");
    expect(seen.closed?.[0]).toBe(1006);
  });

  it("reads nothing while paused", async () => {
    const { connection, seen, ws } = await dial();
    connection.pause();
    ws.send(Buffer.from("later"));
    const other = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await once(other, "open");
    other.terminate();
    expect(seen.bytes).toBe("");
    connection.resume();
    await until("what waited", () => seen.bytes === "later");
  });
});
