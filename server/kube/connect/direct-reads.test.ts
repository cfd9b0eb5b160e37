import { once } from "node:events";
import { Agent, request } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeReads, withDirectReads } from "./direct-reads.ts";

let server: Server;
let peer: Socket;
let socket: Socket;

beforeEach(async () => {
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(() => {
  socket.destroy();
  peer?.destroy();
  server.close();
});

const port = () => (server.address() as AddressInfo).port;

async function open(): Promise<void> {
  const accepted = once(server, "connection");
  socket = withDirectReads((onread) => connect({ port: port(), host: "127.0.0.1", onread }));
  [peer] = await accepted;
}

/** Everything in order, whichever way it came; `direct` counts the bytes that were never in the stream. */
function collect() {
  const seen = { text: "", direct: 0 };
  socket.on("data", (chunk: Buffer) => {
    seen.text += chunk.toString();
  });
  const taken = takeReads(socket, (bytes) => {
    seen.text += bytes.toString();
    seen.direct += bytes.byteLength;
  });
  expect(taken).toBe(true);
  return seen;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe("direct reads", () => {
  it("come as 'data' until somebody takes them, so HTTP works as ever", async () => {
    server.on("connection", (one: Socket) => {
      peer = one;
      one.once("data", () =>
        one.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhead"),
      );
    });
    const agent = new Agent();
    agent.createConnection = ((options: object) => {
      socket = withDirectReads((onread) => connect({ ...options, port: port(), host: "127.0.0.1", onread }));
      return socket;
    }) as typeof agent.createConnection;
    const asked = request({ agent, headers: { Connection: "Upgrade", Upgrade: "x" } });
    asked.end();
    const [, upgraded, head] = (await once(asked, "upgrade")) as [unknown, Socket, Buffer];
    expect(upgraded).toBe(socket);
    upgraded.unshift(head);
    upgraded.pause();
    const seen = collect();
    upgraded.resume();
    await until(() => seen.text === "head");
    peer.write(" and more");
    await until(() => seen.text === "head and more");
    expect(seen.direct).toBe(" and more".length);
  });

  it("wait in the stream while it is paused, and keep their order", async () => {
    await open();
    const seen = collect();
    peer.write("one ");
    await until(() => seen.text === "one ");
    socket.pause();
    peer.write("two ");
    await new Promise((resolve) => peer.write("three ", resolve));
    expect(seen.text).toBe("one ");
    socket.resume();
    peer.write("four");
    await until(() => seen.text.endsWith("four"));
    expect(seen.text).toBe("one two three four");
  });

  it("end as a stream ends", async () => {
    await open();
    collect();
    const ended = once(socket, "end");
    peer.end("bye");
    await ended;
  });

  it("are not there for a socket that was made otherwise", async () => {
    await open();
    const other = connect({ port: port(), host: "127.0.0.1" });
    expect(takeReads(other, () => {})).toBe(false);
    other.destroy();
  });
});
