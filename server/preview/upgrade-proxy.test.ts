import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { freePort, PATIENT, Program } from "#server/forward/program.fixture.ts";
import { acceptOf } from "#server/stream/websocket/handshake.ts";
import type { PreviewServer } from "./preview-server.fixture.ts";
import { previewsForTests } from "./previews-for-tests.fixture.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const { closers, previewOf } = previewsForTests();

describe("a WebSocket through a forward", () => {
  async function echo() {
    const program = await Program.http((_request, response) => response.writeHead(404).end());
    closers.push(() => program.close());
    const requests: IncomingMessage[] = [];
    const sockets = new WebSocketServer({
      server: program.server as never,
      path: "/echo",
      handleProtocols: () => "chat",
    });
    sockets.on("connection", (socket, request) => {
      requests.push(request);
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    const preview = await previewOf(program.port);
    const open = (path = "/echo") =>
      new WebSocket(`ws://127.0.0.1:${preview.port}${path}`, ["superchat", "chat"], {
        origin: preview.origin,
        headers: preview.headersFor({}),
      });
    return { program, preview, requests, open };
  }

  it("carries messages, pings and the chosen subprotocol, and shows the pod nothing of ours", async () => {
    const { program, preview, requests, open } = await echo();
    const socket = open();
    await once(socket, "open");
    expect(socket.protocol).toBe("chat");
    expect(requests[0]?.headers).toMatchObject({
      host: `localhost:${program.port}`,
      origin: `http://localhost:${program.port}`,
    });
    expect(requests[0]?.headers.cookie).toBeUndefined();
    const message = randomBytes(1_000_000);
    socket.send(message);
    const [data, isBinary] = await once(socket, "message");
    expect([isBinary, message.equals(data)]).toEqual([true, true]);
    socket.ping("p");
    expect(String((await once(socket, "pong"))[0])).toBe("p");
    socket.close(4000, "bye");
    expect((await once(socket, "close"))[0]).toBe(4000);
    await expect.poll(() => preview.pod.streams, PATIENT).toBe(0);
    await expect.poll(() => preview.info().recent[0]?.status, PATIENT).toBe(101);
  });

  it("passes the program's refusal on and ends the connection", async () => {
    const { preview, open } = await echo();
    const socket = open("/elsewhere");
    const [, response] = await once(socket, "unexpected-response");
    expect([response.statusCode, response.headers.connection]).toEqual([400, "close"]);
    await expect.poll(() => preview.pod.streams, PATIENT).toBe(0);
  });

  it("ends both sides when either drops", async () => {
    const { program, preview, open } = await echo();
    const first = open();
    await once(first, "open");
    first.terminate();
    await expect.poll(() => program.sockets.size, PATIENT).toBe(0);
    const second = open();
    await once(second, "open");
    preview.pod.drop();
    expect((await once(second, "close"))[0]).toBe(1006);
  });
});

describe("an upgrade that is more than it says (A12)", () => {
  /** Notes what a program sees, byte for byte, and answers once. */
  async function witness(answer: string | ((seen: string) => string)) {
    let seen = "";
    const program = await Program.tcp((socket: Socket) => {
      socket.on("data", (chunk) => {
        const first = seen === "";
        seen += chunk.toString("latin1");
        if (first) socket.write(typeof answer === "string" ? answer : answer(seen));
      });
      socket.on("end", () => socket.end());
    });
    closers.push(() => program.close());
    return { preview: await previewOf(program.port), seen: () => seen };
  }

  function head(
    preview: PreviewServer,
    changes: Record<string, string | null> = {},
    line = "GET /x HTTP/1.1",
  ) {
    const fields: Record<string, string | null> = {
      Host: preview.hostOf(preview.forward.id),
      Origin: preview.origin,
      Cookie: preview.cookie,
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": KEY,
      ...changes,
    };
    const lines = Object.entries(fields).flatMap(([name, value]) =>
      value === null ? [] : [`${name}: ${value}`],
    );
    return `${[line, ...lines].join("\r\n")}\r\n\r\n`;
  }

  /** Everything the server says until it ends the connection. */
  async function talk(preview: PreviewServer, text: string): Promise<string> {
    const socket = preview.raw(text);
    let heard = "";
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    await once(socket, "close");
    return heard;
  }

  const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  const SWITCHED = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${acceptOf(KEY)}\r\n\r\n`;

  it.each<[string, number, Record<string, string | null>, string?]>([
    ["version 12", 426, { "Sec-WebSocket-Version": "12" }],
    ["no version", 426, { "Sec-WebSocket-Version": null }],
    ["two versions", 426, { "Sec-WebSocket-Version": "13, 13" }],
    ["h2c", 400, { Upgrade: "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__" }],
    ["h2c beside websocket", 400, { Upgrade: "websocket, h2c" }],
    ["no key", 400, { "Sec-WebSocket-Key": null }],
    ["a short key", 400, { "Sec-WebSocket-Key": "c2hvcnQ=" }],
    ["a body", 400, { "Content-Length": "5" }],
    ["a chunked body", 400, { "Transfer-Encoding": "chunked" }],
    ["POST", 400, {}, "POST /x HTTP/1.1"],
    ["HTTP/1.0", 400, {}, "GET /x HTTP/1.0"],
  ])("refuses %s by %d before the pod hears of it", async (_what, status, changes, line) => {
    const { preview, seen } = await witness(SWITCHED);
    const heard = await talk(preview, head(preview, changes, line) + SMUGGLED);
    expect(heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(heard.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(heard).toContain("Connection: close");
    expect([seen(), preview.pod.dialled.length]).toEqual(["", 0]);
  });

  it.each([
    ["200", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"],
    ["426", "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n"],
    ["403 in chunks", "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n"],
  ])("does not pass on what follows a refused upgrade (%s)", async (status, answer) => {
    const { preview, seen } = await witness(answer);
    const heard = await talk(preview, head(preview) + SMUGGLED);
    expect(heard).toMatch(new RegExp(`^HTTP/1.1 ${status.slice(0, 3)} `));
    expect(heard).toContain("Connection: close");
    expect(heard).not.toMatch(/transfer-encoding/i);
    expect(seen()).not.toContain("smuggled");
  });

  it.each([
    ["no Sec-WebSocket-Accept", "Upgrade: websocket\r\nConnection: Upgrade"],
    ["a wrong one", `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${KEY}`],
    ["another protocol", `Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(KEY)}`],
    [
      "a subprotocol that was not offered",
      `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(KEY)}\r\nSec-WebSocket-Protocol: x`,
    ],
    ["nothing that a 101 has", "Content-Length: 0"],
  ])("does not join the sockets after a 101 with %s", async (_what, fields) => {
    const { preview, seen } = await witness(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n\r\n`);
    const heard = await talk(preview, head(preview) + SMUGGLED);
    expect(heard).toMatch(/^HTTP\/1\.1 502 /);
    expect(seen()).not.toContain("smuggled");
  });

  it("joins them after a valid 101, with the bytes that came right behind", async () => {
    const { preview, seen } = await witness(`${SWITCHED}behind the 101`);
    const socket = preview.raw(`${head(preview)}behind the head`);
    let heard = "";
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1");
    });
    await expect.poll(() => heard, PATIENT).toMatch(/\r\n\r\nbehind the 101$/);
    await expect.poll(seen, PATIENT).toMatch(/\r\n\r\nbehind the head$/);
    expect(heard).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    socket.destroy();
  });

  it("says that nothing listens", async () => {
    const preview = await previewOf(await freePort());
    const heard = await talk(preview, head(preview));
    expect(heard).toMatch(/^HTTP\/1\.1 502 /);
    expect(heard).toContain("Nothing listens on port");
  });
});
