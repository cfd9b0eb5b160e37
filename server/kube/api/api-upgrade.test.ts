import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { takeReads } from "../connect/direct-reads.ts";
import { acceptUpgrade, answerJson, startApiServer, startTcpServer } from "../testing/api-server.ts";
import { clusterFor, expectJane, FORGED, failureOf, get, JANE, valuesOf } from "../testing/cluster.ts";
import type { KubeUpgrade } from "../types.ts";

const WEBSOCKET: KubeUpgrade = { method: "GET", path: "/exec", protocol: "websocket", headers: {} };
const SPDY: KubeUpgrade = { method: "POST", path: "/exec", protocol: "SPDY/3.1", headers: {} };

const accepting = (accept: (socket: Duplex) => void = (socket) => acceptUpgrade(socket, "x")) =>
  startApiServer(
    (_request, response) => answerJson(response, 200, {}),
    undefined,
    (_request, socket) => accept(socket),
  );

/** An API server that takes no upgrades. */
const refusing = (answer: (response: ServerResponse) => void) =>
  startApiServer((_request, response) => answer(response));

describe("ApiCluster.upgrade", () => {
  it.each([WEBSOCKET, SPDY])(
    "sends who asks, and what the protocol wants, below the base path: %j",
    async (upgrade) => {
      const server = await accepting();
      const versions = ["v4.channel.k8s.io", "v3.channel.k8s.io"];
      const { socket, response } = await clusterFor(`${server.url}/k8s/clusters/c-1`, JANE).upgrade({
        ...upgrade,
        path: "/exec?command=a%20b",
        headers: { ...FORGED, "X-Stream-Protocol-Version": versions },
      });
      socket.destroy();
      expect(response.statusCode).toBe(101);
      const seen = server.seen[0]!;
      expect(seen).toMatchObject({ method: upgrade.method, url: "/k8s/clusters/c-1/exec?command=a%20b" });
      expect(seen.headers).toMatchObject({ connection: "Upgrade", upgrade: upgrade.protocol });
      expect(seen.headers["content-length"]).toBe(upgrade.method === "POST" ? "0" : undefined);
      expect(valuesOf(seen.rawHeaders, "X-Stream-Protocol-Version")).toEqual(versions);
      expectJane(seen);
    },
  );

  it("gives the bytes that came with the 101, on a connection of its own that stays open", async () => {
    const server = await accepting((socket) => acceptUpgrade(socket, "x", "first bytes"));
    const cluster = clusterFor(server.url);
    const { socket } = await cluster.upgrade(WEBSOCKET);
    // A limit or a signal that belongs to the handshake must not reach the stream.
    expect((socket as Duplex & { timeout?: number }).timeout ?? 0).toBe(0);
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(first.toString()).toBe("first bytes");
    expect(takeReads(socket, () => {})).toBe(true);
    (await cluster.upgrade(WEBSOCKET)).socket.destroy();
    await cluster.json(get("/a"));
    expect(new Set(server.seen.map(({ from }) => from)).size).toBe(3);
    expect(socket.destroyed).toBe(false);
    socket.destroy();
  });

  it("can be given up before and while it waits, and not any more once it is open", async () => {
    const silent = await accepting((socket) => socket.resume().once("end", () => socket.destroy()));
    const cluster = clusterFor(silent.url);
    const early = cluster.upgrade({ ...WEBSOCKET, signal: AbortSignal.abort() });
    expect(await failureOf(early)).toMatchObject({ code: "CANCELED" });
    const stop = new AbortController();
    const waiting = failureOf(cluster.upgrade({ ...WEBSOCKET, signal: stop.signal }));
    await vi.waitFor(() => expect(silent.seen).toHaveLength(1));
    stop.abort();
    expect(await waiting).toMatchObject({ code: "CANCELED" });
    await vi.waitFor(() => expect(silent.open()).toBe(0));

    const late = new AbortController();
    const server = await accepting((socket) => {
      acceptUpgrade(socket, "x");
      socket.on("data", (bytes) => socket.write(bytes));
    });
    const { socket } = await clusterFor(server.url).upgrade({ ...WEBSOCKET, signal: late.signal });
    late.abort();
    socket.write("still here");
    const [echo] = (await once(socket, "data")) as [Buffer];
    expect(echo.toString()).toBe("still here");
    socket.destroy();
  });

  it("gives up when no answer comes for 30 seconds, drop by drop or not at all", async () => {
    const port = await startTcpServer((socket) => socket.once("data", () => socket.write("HTTP/1.1 101 ")));
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const pending = failureOf(clusterFor(`http://127.0.0.1:${port}`).upgrade(WEBSOCKET));
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0), { interval: 5 });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await pending).toMatchObject({
      code: "TIMEOUT",
      message: expect.stringContaining("within 30 seconds"),
    });
  });

  it("refuses a path that would arrive as another one, and headers that HTTP cannot carry", async () => {
    const cluster = clusterFor("http://127.0.0.1:1/base");
    for (const bad of [{ path: "/../x" }, { headers: { a: "b\r\nc: d" } }]) {
      expect(await failureOf(cluster.upgrade({ ...WEBSOCKET, ...bad }))).toMatchObject({ code: "INVALID" });
    }
  });
});

describe("an upgrade that is refused", () => {
  it("carries the Status, and who answered with which page", async () => {
    const status = {
      kind: "Status",
      status: "Failure",
      message: "no exec today",
      reason: "Forbidden",
      code: 403,
    };
    const server = await refusing((response) => answerJson(response, 403, status));
    const error = await failureOf(clusterFor(server.url).upgrade(WEBSOCKET));
    expect(error).toMatchObject({ code: "STATUS", httpStatus: 403, message: "no exec today", status });
    const proxy = await refusing((response) =>
      response
        .writeHead(502, { Server: "nginx", "Content-Type": "text/html" })
        .end("<html>bad gateway</html>"),
    );
    expect(await failureOf(clusterFor(proxy.url).upgrade(SPDY))).toMatchObject({
      ...{ code: "STATUS", httpStatus: 502, status: undefined },
      answer: { headers: { server: "nginx" }, body: "<html>bad gateway</html>" },
      message: expect.stringMatching(/^A web page \(HTML\) came in the place of .*\(502 Bad Gateway\)$/),
    });
  });

  it.each([200, 302])(
    "is refused by an answer of %i as well, and nobody else is dialled (A11)",
    async (code) => {
      const attacker = await startApiServer((_request, response) => answerJson(response, 200, {}));
      const server = await refusing((response) => response.writeHead(code, { Location: attacker.url }).end());
      const error = await failureOf(clusterFor(server.url).upgrade(WEBSOCKET));
      expect(error).toMatchObject({ code: "BAD_ANSWER", httpStatus: code });
      expect(server.seen).toHaveLength(1);
      expect(attacker.connections()).toBe(0);
    },
  );

  it("is not read without end, and its connection is let go", async () => {
    let sent = 0;
    const server = await refusing((response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(16_384))) sent += 16_384;
      };
      response
        .writeHead(500, { "Content-Type": "text/plain" })
        .on("drain", more)
        .on("error", () => {});
      more();
    });
    const error = await failureOf(clusterFor(server.url).upgrade(WEBSOCKET));
    expect(error.message).toBe("x".repeat(1024));
    expect(error.answer?.body).toHaveLength(1024);
    await vi.waitFor(() => expect(server.open()).toBe(0));
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  it("is told with what came of its body when the rest does not come", async () => {
    const server = await refusing((response) => {
      response.writeHead(500, { "Content-Type": "text/plain", "Content-Length": "100" });
      response.write("half a reason", () => response.destroy());
    });
    const error = await failureOf(clusterFor(server.url).upgrade(WEBSOCKET));
    expect(error).toMatchObject({ httpStatus: 500, message: "half a reason" });
  });
});

describe("ApiCluster.request", () => {
  /** Says the same whatever it is asked. */
  const saying = async (head: string) => {
    const port = await startTcpServer((socket) => socket.once("data", () => socket.write(head)));
    return clusterFor(`http://127.0.0.1:${port}`);
  };

  it("is not answered by an upgrade that it did not ask for, and does not wait for more", async () => {
    const cluster = await saying(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
    );
    for (const path of ["/version", "/api/v1/pods"])
      expect(await failureOf(cluster.request(get(path)))).toMatchObject({
        code: "BAD_ANSWER",
        message: expect.stringContaining("upgraded a request that is none for an upgrade"),
      });
  });

  it.each(["000", "099", "101"])("takes no code below 200 for an answer: %s", async (code) => {
    const cluster = await saying(`HTTP/1.1 ${code} x\r\nContent-Length: 0\r\n\r\n`);
    const bad = { code: "BAD_ANSWER", message: expect.stringContaining(`answered ${Number(code)}`) };
    expect(await failureOf(cluster.request(get("/version")))).toMatchObject(bad);
    expect(await failureOf(cluster.upgrade(WEBSOCKET))).toMatchObject(bad);
  });

  it("says that an API server sends 1xx answers and no other", async () => {
    const cluster = await saying("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100));
    expect(await failureOf(cluster.request(get("/version")))).toMatchObject({
      code: "BAD_ANSWER",
      message: expect.stringContaining("1xx"),
    });
  });
});
