import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Grants } from "#server/access/grants.ts";
import { type Handler, startApiServer } from "#server/kube/testing/api-server.ts";
import { clusterFor } from "#server/kube/testing/cluster.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { sendError } from "../error-response.ts";
import { kubePath } from "./kube-path.ts";
import { relayRead } from "./kube-relay.ts";

const LIST = "/api/v1/pods";
const LOG = "/api/v1/namespaces/default/pods/web/log";
/** Far below those of the product, or the tests would wait for them. */
const LIMITS = { headMs: 600, idleMs: 600, heldBytes: 64 * 1024 };

/** Porthole's edge for one path, in front of an API server that answers as the test says. */
class Edge {
  readonly #grants = new Grants();
  readonly #people = new SignedIn();
  #server!: Server;
  base = "";
  host = "";

  async start(handler: Handler): Promise<this> {
    const api = await startApiServer(handler);
    this.host = `127.0.0.1:${api.port}`;
    const cluster = clusterFor(api.url);
    this.#server = createServer((request, response) => {
      const { pathname, search } = new URL(request.url ?? "/", "http://x");
      const target = kubePath(request.method ?? "", pathname);
      if (!target || target.kind === "stream") return void response.writeHead(404).end();
      const read = { caller: this.#people.caller(), cluster, target, request, response, query: search };
      relayRead(this.#grants, read, LIMITS).catch((error) => sendError(response, error));
    });
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.base = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe("a read that the API server does not answer well", () => {
  let edge: Edge;
  beforeEach(() => {
    edge = new Edge();
  });
  afterEach(() => edge.stop());

  const json = { "content-type": "application/json" };
  const html = { "content-type": "text/html; charset=utf-8" };
  const ways: [way: string, handler: Handler, code: number, words: RegExp][] = [
    ["hangs before the head", () => {}, 504, /^The API server HOST did not answer within 0.6 seconds/],
    [
      "hangs in the middle",
      (_request, response) => void response.writeHead(200, json).write('{"items":['),
      504,
      /^The API server HOST stopped in the middle of its answer: after 10 bytes/,
    ],
    [
      "breaks off in the middle",
      (_request, response) =>
        void response.writeHead(200, json).write('{"items":[', () => setImmediate(() => response.destroy())),
      502,
      /^The API server HOST broke off in the middle of its answer, after 10 bytes/,
    ],
    [
      "answers with less than it announced",
      (_request, response) =>
        void response
          .writeHead(200, { ...json, "content-length": 100 })
          .write('{"items":[', () => setImmediate(() => response.destroy())),
      502,
      /broke off in the middle/,
    ],
    ["refuses the connection", (_request, response) => void response.destroy(), 502, /closed the connection/],
    [
      "is a web page",
      (_request, response) => void response.writeHead(200, html).end("<html>"),
      502,
      /HOST answered 200 with a web page/,
    ],
    [
      "is a balancer's page",
      (_request, response) => void response.writeHead(503, html).end("<html>"),
      503,
      /answered 503 with a web page/,
    ],
    [
      "is a redirect",
      (_request, response) => void response.writeHead(302, { location: "/login" }).end(),
      502,
      /redirect/,
    ],
  ];
  it.each(ways)("%s", async (_way, handler, code, words) => {
    await edge.start(handler);
    const answer = await fetch(edge.base + LIST);
    const status = (await answer.json()) as { kind: string; message: string };
    expect(answer.status).toBe(code);
    expect(status.kind).toBe("Status");
    expect(status.message.replace(edge.host, "HOST")).toMatch(words);
  });

  it.each([
    ["of an API server", json],
    ["of a balancer", html],
  ])("passes on when to ask again: %s", async (_whose, headers) => {
    await edge.start(
      (_request, response) => void response.writeHead(429, { ...headers, "retry-after": "7" }).end("{}"),
    );
    const answer = await fetch(edge.base + LIST);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
  });

  it("passes on a large list as it comes, and ends with it when it breaks off", async () => {
    const large = "x".repeat(LIMITS.heldBytes * 3);
    let breaks = false;
    await edge.start((_request, response) => {
      response.writeHead(200, json).write(large, () => (breaks ? response.destroy() : response.end("end")));
    });
    expect(await (await fetch(edge.base + LIST)).text()).toBe(`${large}end`);
    breaks = true;
    const answer = await fetch(edge.base + LIST);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  it("waits for the first line of a log that is followed, and for no other head", async () => {
    await edge.start(
      (_request, response) => void setTimeout(() => response.end("first\n"), LIMITS.headMs * 2),
    );
    expect(await (await fetch(`${edge.base}${LOG}?follow=true`)).text()).toBe("first\n");
    expect((await fetch(edge.base + LOG)).status).toBe(504);
  });
});
