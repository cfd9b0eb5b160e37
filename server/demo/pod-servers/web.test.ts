import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Loopback, listenOnLoopback, until } from "#server/testing/loopback.ts";
import { createApiServer } from "./api.ts";
import { createWebServer } from "./web.ts";

const logged: string[] = [];
let web: Loopback;
let api: Loopback;
beforeAll(async () => {
  web = await listenOnLoopback({}, createWebServer({ pod: "web", log: (line) => logged.push(line) }));
  api = await listenOnLoopback({}, createApiServer());
});
afterAll(async () => {
  await web.close();
  await api.close();
});

describe("the page", () => {
  it("is a page with a stylesheet, a script and an image of their own, all there", async () => {
    const html = await (await fetch(`${web.origin}/`)).text();
    const assets = [...html.matchAll(/(?:href|src)="([a-z.]+\.(?:css|js|svg))"/g)].map((match) => match[1]!);
    expect(new Set(assets)).toEqual(new Set(["style.css", "app.js", "logo.svg"]));
    const types = await Promise.all(
      assets.map(async (asset) => (await fetch(`${web.origin}/${asset}`)).headers.get("content-type")),
    );
    expect(types.every((type) => /^(text\/(css|javascript)|image\/svg\+xml)/.test(type ?? ""))).toBe(true);
  });

  it("leaves a line in the container's log", async () => {
    await fetch(`${web.origin}/nothing-here`);
    expect(logged.some((line) => line.includes('"GET /nothing-here HTTP/1.1" 404'))).toBe(true);
  });
});

describe("endpoints", () => {
  it("echo method, headers and body", async () => {
    const answer = await fetch(`${web.origin}/echo?a=1`, {
      method: "PUT",
      body: "hello",
      headers: { "x-a": "b" },
    });
    expect(await answer.json()).toMatchObject({
      method: "PUT",
      url: "/echo?a=1",
      headers: { "x-a": "b" },
      bytes: 5,
      body: "hello",
    });
  });

  it("count and hash an upload", async () => {
    const body = randomBytes(3_000_000);
    const answer = await fetch(`${web.origin}/upload`, { method: "POST", body });
    const sha256 = createHash("sha256").update(body).digest("hex");
    expect(await answer.json()).toEqual({ bytes: 3_000_000, sha256 });
  });

  it.each(["", "&chunked"])("send a download in which byte i is i modulo 251 (%s)", async (more) => {
    const answer = await fetch(`${web.origin}/download?bytes=1000003${more}`);
    expect(answer.headers.get("content-length")).toBe(more === "" ? "1000003" : null);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(bytes.byteLength).toBe(1_000_003);
    expect(bytes.every((byte, index) => byte === index % 251)).toBe(true);
  });

  it("stop producing a download that nobody reads", async () => {
    const started = process.memoryUsage().rss;
    const answer = await fetch(`${web.origin}/download?bytes=4000000000`);
    await until("the socket to fill", () => [...web.sockets].some((socket) => socket.writableNeedDrain));
    expect(process.memoryUsage().rss - started).toBeLessThan(100_000_000);
    await answer.body?.cancel();
  });

  it.each(["-1", "x", "1e30"])("refuse a download of %s bytes", async (bytes) => {
    expect((await fetch(`${web.origin}/download?bytes=${bytes}`)).status).toBe(400);
  });

  it("redirect, set cookies and read them back", async () => {
    const redirect = await fetch(`${web.origin}/redirect`, { redirect: "manual" });
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, "/echo?redirected=1"]);
    const cookies = await fetch(`${web.origin}/cookies`, { headers: { cookie: "visits=4; other=x" } });
    expect(cookies.headers.getSetCookie()).toEqual(["visits=5; Path=/; HttpOnly", "theme=plain; Path=/"]);
    expect(await cookies.json()).toEqual({ received: "visits=4; other=x", visits: 5 });
  });

  it("send early hints and a trailer", async () => {
    const seen = await new Promise<{ hints: unknown; trailers: unknown }>((resolve, reject) => {
      let hints: unknown;
      const asked = request(`${web.origin}/hints`, (response) => {
        response.resume().on("end", () => resolve({ hints, trailers: response.trailers }));
      });
      asked.on("information", (info) => {
        hints = info.statusCode;
      });
      asked.on("error", reject).end();
    });
    expect(seen).toEqual({ hints: 103, trailers: { "x-checksum": "demo" } });
  });

  it("send events that go on after the last one seen", async () => {
    const abort = new AbortController();
    const answer = await fetch(`${web.origin}/events`, {
      signal: abort.signal,
      headers: { "last-event-id": "41" },
    });
    const { value } = await answer.body!.getReader().read();
    expect(Buffer.from(value!).toString()).toMatch(/^id: 42\nevent: tick\ndata: \{"id":42,/);
    abort.abort();
  });
});

describe("the WebSocket", () => {
  it("echoes text and binary messages of any size, and closes as asked", async () => {
    const ws = new WebSocket(`${web.origin.replace("http", "ws")}/ws`);
    const received: { data: Buffer; isBinary: boolean }[] = [];
    let closed = 0;
    ws.on("message", (data: Buffer, isBinary) => received.push({ data, isBinary }));
    ws.on("close", (code) => {
      closed = code;
    });
    await until("the socket", () => ws.readyState === WebSocket.OPEN);
    const large = randomBytes(5_000_000);
    ws.send("grüße");
    ws.send(large);
    ws.send(Buffer.alloc(0));
    await until("three echoes", () => received.length === 3);
    expect([received[0]!.data.toString(), received[0]!.isBinary]).toEqual(["grüße", false]);
    expect(received[1]!.data.equals(large)).toBe(true);
    ws.close(4000);
    await until("the close", () => closed !== 0);
    expect(closed).toBe(4000);
  });

  it("is nowhere else", async () => {
    const ws = new WebSocket(`${web.origin.replace("http", "ws")}/other`);
    let refused = 0;
    ws.on("unexpected-response", (_request, response) => {
      refused = response.statusCode ?? 0;
      response.resume();
    });
    ws.on("error", () => {});
    await until("the refusal", () => refused === 404);
  });
});

describe("the API of team-a", () => {
  it("lists, gets and takes orders", async () => {
    const created = await fetch(`${api.origin}/orders`, {
      method: "POST",
      body: '{"item":"ink","quantity":3}',
    });
    expect(created.status).toBe(201);
    const order = (await created.json()) as { id: number };
    expect(await (await fetch(`${api.origin}/orders/${order.id}`)).json()).toEqual({
      ...order,
      item: "ink",
      quantity: 3,
    });
    expect((await fetch(`${api.origin}/orders`)).status).toBe(200);
  });

  it.each([
    ["GET", "/orders/999", undefined, 404],
    ["GET", "/nope", undefined, 404],
    ["POST", "/orders", "{", 400],
    ["POST", "/orders", '{"item":1}', 400],
    ["DELETE", "/orders/1", undefined, 405],
  ])("answers %s %s %s with %i", async (method, path, body, status) => {
    const init = body === undefined ? { method } : { method, body };
    expect((await fetch(`${api.origin}${path}`, init)).status).toBe(status);
  });
});
