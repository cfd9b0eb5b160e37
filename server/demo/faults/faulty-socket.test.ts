import { once } from "node:events";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { type SocketPair, socketPair } from "#server/testing/socket-pair.ts";
import { FaultySocket, type WireFault } from "./faulty-socket.ts";

const HEAD = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

const pairs: SocketPair[] = [];
afterEach(() => {
  for (const pair of pairs.splice(0)) pair.close();
});

/** The server's side behind faults, and what its client sees. */
async function behind(faults: WireFault[], hasHead = true) {
  const pair = await socketPair();
  pairs.push(pair);
  const server = new FaultySocket(pair.far, "websocket", faults, hasHead);
  server.on("error", () => {});
  return { server, client: pair.near, seen: collect(pair.near) };
}

function collect(socket: Socket) {
  const seen = { text: "", ended: false, error: "" };
  socket.on("data", (piece) => {
    seen.text += piece.toString("latin1");
  });
  socket.on("end", () => {
    seen.ended = true;
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    seen.error = error.code ?? "";
  });
  return seen;
}

const pass: WireFault = {};

describe("a faulty socket", () => {
  it("without a fault that matters passes everything, both ways, and both ends", async () => {
    const { server, client, seen } = await behind([pass]);
    let received = "";
    server.on("data", (piece: Buffer) => {
      received += piece.toString();
    });
    server.write(HEAD.slice(0, 10));
    server.write(`${HEAD.slice(10)}first`);
    client.write("question");
    await until("the question", () => received === "question");
    client.end();
    await once(server, "end");
    server.end("answer");
    await until("the end", () => seen.ended);
    expect(seen.text).toBe(`${HEAD}firstanswer`);
  });

  it("lets each fault change the head, and greets once, right behind it", async () => {
    const { server, seen } = await behind([
      { head: (head) => head.replace("Upgrade: websocket\r\n", "") },
      { greet: () => ({ bytes: Buffer.from("[greeting]") }) },
    ]);
    server.write(`${HEAD}first`);
    server.write("second");
    await until("all of it", () => seen.text.endsWith("second"));
    expect(seen.text).toBe("HTTP/1.1 101 Switching Protocols\r\n\r\n[greeting]firstsecond");
  });

  it("greets at once where there is no head", async () => {
    const { seen } = await behind([{ greet: () => ({ bytes: Buffer.from("hello"), close: "end" }) }], false);
    await until("the end", () => seen.ended);
    expect(seen.text).toBe("hello");
  });

  it("sends what comes before a cut, and nothing after it", async () => {
    const { server, seen } = await behind([
      { outgoing: (bytes) => ({ bytes: bytes.subarray(0, 3), close: "cut" }) },
    ]);
    server.write(HEAD);
    server.write("abcdef");
    server.write("ghi");
    await until("the end", () => seen.ended);
    expect(seen.text).toBe(`${HEAD}abc`);
  });

  it("counts what the client sends as well", async () => {
    const { server, client, seen } = await behind([{ incoming: (bytes) => ({ bytes, close: "cut" }) }]);
    server.resume();
    client.write("too much");
    await until("the cut", () => seen.ended || seen.error !== "");
  });

  it("stays silent, hears nothing, and does not even hang up until its client does", async () => {
    const { server, client, seen } = await behind([{ silent: true }]);
    let heard = false;
    server.on("data", () => {
      heard = true;
    });
    server.write(HEAD);
    server.write("never sent");
    client.write("never heard");
    await until("the head", () => seen.text === HEAD);
    server.end();
    server.destroy();
    client.write("still never heard");
    await once(server, "close");
    expect([seen.text, seen.ended, heard]).toEqual([HEAD, false, false]);
    client.end();
    await until("the end", () => seen.ended);
  });

  it("reads no faster than it may", async () => {
    const { server, client } = await behind([{ readBytesPerSecond: 100_000 }]);
    let received = 0;
    server.on("data", (piece: Buffer) => {
      received += piece.length;
    });
    const began = performance.now();
    for (let piece = 0; piece < 4; piece += 1) {
      client.write(Buffer.alloc(10_000));
      await until("the piece", () => received === (piece + 1) * 10_000);
    }
    // Three rests of a tenth of a second lie between four pieces.
    expect(performance.now() - began).toBeGreaterThan(250);
  });
});
