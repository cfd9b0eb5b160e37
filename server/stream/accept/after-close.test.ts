/** What a client may still send behind our close, over real sockets: little, and if it broke a bound, not for long. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import { record } from "#server/testing/channel-pair.ts";
import { type Loopback, listenOnLoopback, until } from "#server/testing/loopback.ts";
import { duplexPair } from "../portforward/duplex-pair.ts";
import { relayTunnel } from "../relay/tunnel-relay.ts";
import type { ChannelSocket } from "../types.ts";
import { maskedFrame, messageHeader, Opcode } from "../websocket/websocket-frames.ts";
import { AFTER_CLOSE_READ_BYTES, CLOSE_LINGER_MS } from "../websocket/websocket-limits.ts";
import { acceptSpdyExec } from "./spdy-acceptor.ts";
import { acceptChannels, acceptTunnel } from "./websocket-acceptor.ts";

/** What one turn reads, and what had come before. */
const MARGIN_BYTES = 4 * 1024 * 1024;
const PASTE = maskedFrame(Opcode.Binary, 0, new Uint8Array(64 * 1024));
const CLOSE_SERVER = 0x88;

let loopback: Loopback;
let channels: ChannelSocket | null;
let ending: () => void;
let read: () => number;

beforeEach(async () => {
  channels = null;
  loopback = await listenOnLoopback({
    upgrade(request, socket, head) {
      read = () => (socket as Socket).bytesRead;
      if (request.url === "/tunnel") {
        const bytes = acceptTunnel(request, socket, head);
        bytes.on("error", () => {}).resume();
        ending = () => bytes.destroy();
      } else {
        channels = acceptChannels(request, socket, head, [V5_SUBPROTOCOL]);
        record(channels);
      }
    },
  });
});
afterEach(() => loopback.close());

async function client(path: string, protocol: string): Promise<Socket> {
  const socket = connect({ port: loopback.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
  );
  await once(socket, "data");
  return socket;
}

/** As fast as it is taken. */
function flood(socket: Socket): void {
  const more = () => {
    while (!socket.destroyed && socket.write(PASTE));
  };
  socket.on("drain", more);
  more();
}

const reserved = Buffer.from(PASTE);
reserved[0]! |= 0x70;

describe("behind our close", () => {
  it.each([
    ["text", maskedFrame(Opcode.Text, null, Buffer.from("0ls"))],
    ["reserved bits", reserved],
    ["an unknown type", maskedFrame(0x0b, null, new Uint8Array(1))],
    [
      "a flood of pings",
      Buffer.concat(Array.from({ length: 3_000 }, () => maskedFrame(Opcode.Ping, null, new Uint8Array(0)))),
    ],
  ])("who sent %s is told, read for little, and then gone", async (_what, frame) => {
    const socket = await client("/", V5_SUBPROTOCOL);
    const answers: Buffer[] = [];
    socket.on("data", (bytes: Buffer) => answers.push(bytes));
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.write(frame);
    flood(socket);
    await until("the close frame", () => Buffer.concat(answers).includes(CLOSE_SERVER));
    const at = performance.now();
    await gone;
    expect(performance.now() - at).toBeLessThan(CLOSE_LINGER_MS + 1_000);
    expect(read()).toBeLessThan(AFTER_CLOSE_READ_BYTES + MARGIN_BYTES);
  });

  it("a tunnel that is over is read for little, whoever ended it", async () => {
    const socket = await client("/tunnel", "SPDY/3.1+portforward.k8s.io");
    ending();
    flood(socket);
    await sleep(500);
    const after = read();
    expect(after).toBeLessThan(AFTER_CLOSE_READ_BYTES + MARGIN_BYTES);
    await sleep(300);
    expect(read()).toBe(after);
    socket.destroy();
  });

  it("a plain upgraded tunnel is read for little once its other leg is over", async () => {
    const [upstream, apiServer] = duplexPair();
    const door = createServer({ allowHalfOpen: true }, (socket) => {
      read = () => socket.bytesRead;
      socket.on("error", () => {});
      relayTunnel(socket, upstream);
    });
    door.listen(0, "127.0.0.1");
    await once(door, "listening");
    const { port } = door.address() as AddressInfo;
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    const told = once(socket.resume(), "end");
    apiServer.resume().end();
    await told;
    apiServer.destroy();
    flood(socket);
    await sleep(500);
    const after = read();
    expect(after).toBeLessThan(AFTER_CLOSE_READ_BYTES + MARGIN_BYTES);
    await sleep(300);
    expect(read()).toBe(after);
    socket.destroy();
    door.close();
  });

  it.each([
    [
      "a client over SPDY that broke a bound is gone",
      { cause: "protocol", words: "no" },
      CLOSE_LINGER_MS + 1_000,
    ],
    ["one whose command is over is read for little", { cause: "exited", words: "over" }, 15_000],
  ] as const)(
    "%s, whatever it goes on to send",
    async (_name, end, withinMs) => {
      let far: Socket | undefined;
      const door = createServer((socket) => {
        far = socket;
        read = () => socket.bytesRead;
        socket.on("error", () => {});
        const asked = { stdin: true, stdout: true, stderr: false, tty: false };
        void acceptSpdyExec(socket, Buffer.alloc(0), "v4.channel.k8s.io", asked).then((accepted) => {
          record(accepted);
          channels = accepted;
        });
      });
      door.listen(0, "127.0.0.1");
      await once(door, "listening");
      const socket = connect((door.address() as AddressInfo).port, "127.0.0.1");
      socket.on("error", () => {});
      await once(socket, "data");
      const connection = new SpdyConnection(socket, { role: "client" });
      const streams = ["error", "stdin", "stdout"].map((streamtype) =>
        connection.createStream({ streamtype }),
      );
      for (const stream of streams) stream.on("error", () => {}).resume();
      await until("the streams", () => channels !== null);
      channels!.close(end);
      const at = performance.now();
      const piece = Buffer.alloc(64 * 1024);
      const timer = setInterval(() => {
        if (streams[1]!.writable && !streams[1]!.writableNeedDrain)
          for (let sent = 0; sent < 32; sent += 1) streams[1]!.write(piece);
      }, 1);
      await sleep(500);
      if (end.cause === "exited") expect(read()).toBeLessThan(AFTER_CLOSE_READ_BYTES + MARGIN_BYTES);
      await until("the end", () => far!.destroyed, withinMs);
      expect(performance.now() - at).toBeLessThan(withinMs);
      clearInterval(timer);
      socket.destroy();
      door.close();
    },
    20_000,
  );

  it("a slow reader whose input goes on still gets all of its output, and the close frame", async () => {
    const socket = await client("/", V5_SUBPROTOCOL);
    socket.pause();
    const output = new Uint8Array(1024 * 1024).fill(7);
    for (let sent = 0; sent < 16; sent += 1) channels!.send(1, output);
    channels!.close({ cause: "exited", words: "the command is over" });
    flood(socket);
    await sleep(CLOSE_LINGER_MS + 1_000);
    expect(read()).toBeLessThan(AFTER_CLOSE_READ_BYTES + MARGIN_BYTES);
    let bytes = 0;
    let last = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      last = Buffer.concat([last, chunk]).subarray(-200);
    });
    socket.resume();
    const whole = 16 * (messageHeader(1, output.byteLength).byteLength + output.byteLength);
    await until("every byte and the close frame", () => bytes > whole);
    expect(last.includes(CLOSE_SERVER)).toBe(true);
    socket.destroy();
  });
});
