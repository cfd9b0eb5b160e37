import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { MAX_SUBREQUESTS_PER_TUNNEL } from "#server/forward/tunnel-pool.ts";
import { LAUNCH_TOKEN } from "./preview-server.fixture.ts";
import { previewsForTests } from "./previews-for-tests.fixture.ts";

describe("proxyRequest", () => {
  const { serve } = previewsForTests();

  it("shows the pod a browser on its own machine: its host, its cookies, nothing of ours", async () => {
    const { program, preview } = await serve((_request, response) => response.end());
    await preview.ask("/a?b=c", {
      headers: {
        cookie: `sid=1; ${preview.cookie}; porthole_7654=x`,
        authorization: LAUNCH_TOKEN,
        origin: preview.origin,
        referer: `${preview.origin}/from`,
        "x-forwarded-for": "1.2.3.4",
        "impersonate-user": "admin",
        "x-porthole-key": "secret",
      },
    });
    expect(program.requests[0]?.url).toBe("/a?b=c");
    expect(program.requests[0]?.headers).toEqual({
      host: `localhost:${program.port}`,
      cookie: "sid=1",
      origin: `http://localhost:${program.port}`,
      referer: `http://localhost:${program.port}/from`,
      connection: "keep-alive",
    });
  });

  it("passes status, repeated headers and the pod's redirects back", async () => {
    const { program, preview } = await serve((_request, response) => {
      response.writeHead(302, "Over There", [
        ...["Location", `http://localhost:${program.port}/next`],
        ...["Set-Cookie", "a=1; Domain=localhost", "Set-Cookie", "porthole_preview=evil"],
        ...["X-Twice", "1", "X-Twice", "2"],
      ]);
      response.end();
    });
    const answer = await preview.ask("/");
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe(`${preview.origin}/next`);
    expect(answer.headers["set-cookie"]).toEqual(["a=1"]);
    expect(answer.raw.filter((_name, index) => answer.raw[index - 1] === "X-Twice")).toEqual(["1", "2"]);
  });

  it.each([
    ["none", {}, "same-origin"],
    ["one of its own", { "Referrer-Policy": "origin" }, "origin"],
  ])(
    "tells no other site the forward's name, where the pod has no wish: %s",
    async (_wish, own, expected) => {
      const { preview } = await serve((_request, response) => response.writeHead(200, own).end());
      expect((await preview.ask("/")).headers["referrer-policy"]).toBe(expected);
    },
  );

  it.each(["\0", "\x1b[31m", "a\x7fb"])(
    "says the reason itself where the pod's is none: %j",
    async (reason) => {
      const { preview } = await serve((_request, { socket }) => {
        socket?.write(`HTTP/1.1 404 ${reason}\r\nContent-Length: 4\r\n\r\nbody`);
      });
      expect(await preview.ask("/")).toMatchObject({ status: 404, reason: "Not Found", body: "body" });
    },
  );

  it.each(["000", "099", "101"])("takes no code below 200 for an answer: %s", async (code) => {
    const { preview } = await serve((_request, { socket }) => {
      socket?.write(`HTTP/1.1 ${code} x\r\nContent-Length: 0\r\n\r\n`);
    });
    expect(await preview.ask("/")).toMatchObject({ status: 502 });
  });

  it("keeps connections to the pod alive between requests", async () => {
    const { program, preview } = await serve((_request, response) => response.end("x"));
    for (let count = 0; count < 20; count += 1) expect((await preview.ask("/")).status).toBe(200);
    expect(program.accepted).toBe(1);
    expect(preview.pod.dialled).toEqual(["web"]);
  });

  it("serves 64 requests at once over few tunnels", async () => {
    let waiting = 0;
    let release = () => {};
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { preview } = await serve(async (request, response) => {
      waiting += 1;
      if (waiting === 64) release();
      // Nobody is answered before all 64 have arrived, so they really are under way together.
      await all;
      response.end(request.url);
    });
    const urls = Array.from({ length: 64 }, (_none, index) => `/${index}`);
    const answers = await Promise.all(urls.map((url) => preview.ask(url)));
    expect(answers.map((answer) => answer.body)).toEqual(urls);
    expect(preview.pod.dialled.length).toBe(64 / MAX_SUBREQUESTS_PER_TUNNEL);
  });

  it("passes HEAD, 204 and 304 without a body", async () => {
    const { preview } = await serve((request, response) => {
      if (request.url === "/204") response.writeHead(204).end();
      else if (request.url === "/304") response.writeHead(304, { etag: '"x"' }).end();
      else response.writeHead(200, { "content-length": 1234 }).end();
    });
    const head = await preview.ask("/", { method: "HEAD" });
    expect([head.status, head.headers["content-length"], head.body]).toEqual([200, "1234", ""]);
    const none = await preview.ask("/204");
    expect([none.status, none.headers["transfer-encoding"], none.body]).toEqual([204, undefined, ""]);
    expect((await preview.ask("/304")).headers.etag).toBe('"x"');
  });

  it("passes informational responses and trailers", async () => {
    const { program, preview } = await serve(async (request, response) => {
      response.writeEarlyHints({ link: "</a.css>; rel=preload" });
      response.writeHead(200, { trailer: "X-Sum" });
      for await (const _chunk of request) response.write("x");
      response.addTrailers({ "X-Sum": request.trailers["x-in"] ?? "" });
      response.end();
    });
    const headers = preview.headersFor({
      headers: { "transfer-encoding": "chunked", trailer: "X-In", origin: preview.origin },
    });
    const request = httpRequest({
      host: "127.0.0.1",
      port: preview.port,
      method: "POST",
      path: "/",
      headers,
    });
    const hints = once(request, "information");
    const answered = once(request, "response");
    request.write("body");
    request.addTrailers({ "X-In": "sum-of-it" });
    request.end();
    expect((await hints)[0]).toMatchObject({ statusCode: 103, headers: { link: "</a.css>; rel=preload" } });
    const [response] = await answered;
    await once(response.resume(), "end");
    expect(response.trailers).toEqual({ "x-sum": "sum-of-it" });
    expect(program.requests).toHaveLength(1);
  });

  it("lets the pod decide about Expect: 100-continue", async () => {
    const { program, preview } = await serve(() => {});
    program.server.on("checkContinue", (_request, response) => response.writeHead(413).end());
    const headers = preview.headersFor({
      headers: { expect: "100-continue", "content-length": "5", origin: preview.origin },
    });
    const request = httpRequest({ host: "127.0.0.1", port: preview.port, method: "PUT", path: "/", headers });
    const continued = vi.fn();
    request.once("continue", continued);
    request.flushHeaders();
    const [response] = await once(request, "response");
    expect([response.statusCode, continued.mock.calls.length]).toEqual([413, 0]);
    request.destroy();
  });

  it("sends an event stream's head and events as they come", async () => {
    let send: (text: string) => void = () => {};
    const { preview } = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      send = (text) => response.write(text);
    });
    const response = await preview.open("/events");
    expect(response.headers["content-type"]).toBe("text/event-stream");
    for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
      const came = once(response, "data");
      send(event);
      expect(String((await came)[0])).toBe(event);
    }
    response.destroy();
  });

  it("records every request without its query", async () => {
    const { preview } = await serve((_request, response) => response.writeHead(418).end("teapot"));
    await preview.ask("/pot?token=secret");
    const [hit] = preview.info().recent;
    expect(hit).toMatchObject({ method: "GET", path: "/pot", status: 418, bytes: 6 });
  });
});
