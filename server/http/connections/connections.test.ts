/** Phases and deadlines on real sockets; what the routes make of it is in edge-held.test.ts. */
import { once } from "node:events";
import { get, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { get as httpsGet } from "node:https";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { hasOpenssl, TestAuthority } from "#server/kube/testing/certificates.ts";
import { until } from "#server/testing/loopback.ts";
import { createLimitedServer, type LimitedServer, listen } from "../http-server.ts";
import { headsInFlight, headsTooMany } from "./heads-in-flight.ts";
import { type ConnectionLimits, limitsFor } from "./limits.ts";

const LIMITS: ConnectionLimits = {
  ...limitsFor({ oneAddress: true, tls: false, openFiles: null }),
  ...{ handshakeMs: 600, headAnswerMs: 500, headMs: 900, idleMs: 1_000, strangerMs: 1_000 },
  ...{ bodyStallMs: 600, untakenMs: { stranger: 800, signedIn: 1_000 }, lingerStallMs: 300 },
  lingerMs: { stranger: 600, signedIn: 900 },
  closingMs: { stranger: 600, signedIn: 600 },
};
const BIG_BYTES = 64 * 1024 * 1024;
/** Several times as long as anything may take. */
const LONG_MS = 3_000;
const QUIET = { warn: () => {}, info: () => {} };

let limited: LimitedServer;
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  limited.server.closeAllConnections();
  limited.server.close();
});

/** Answers /late late and /big with much; who comes with an Authorization is signed in. */
async function start(tls?: { cert: string; key: string }, limits = LIMITS): Promise<number> {
  limited = createLimitedServer(tls, limits, QUIET);
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.authorization) limited.connections.know(request.socket);
    if (request.headers.expect) response.writeContinue();
    if (request.url === "/big") response.end(Buffer.alloc(BIG_BYTES));
    else if (request.url === "/ok") response.end("ok");
    else if (request.url === "/late") setTimeout(() => response.end("late"), LONG_MS);
    else
      request
        .on("error", () => {})
        .on("end", () => response.end("ok"))
        .resume();
  };
  limited.server.on("request", serve).on("checkContinue", serve);
  return listen(limited.server, "127.0.0.1", 0);
}

function open(port: number, text: string | Buffer): Socket {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).on("error", () => {});
  sockets.add(socket);
  if (text.length > 0) socket.write(text);
  return socket;
}

const held = () => [...limited.connections].length;
const phases = () => [...limited.connections].map(({ phase }) => phase);

describe("a connection with TLS", () => {
  const tls = hasOpenssl ? new TestAuthority().issue("IP:127.0.0.1") : undefined;

  it.runIf(tls).each([
    ["no byte", ""],
    ["half a ClientHello", Buffer.from("160301020001000100fc0303", "hex")],
    ["plain HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["rubbish", "\r\n\r\n\r\n"],
  ])("is closed soon when it has %s for a handshake", async (_what, text) => {
    const port = await start(tls);
    for (let index = 0; index < 5; index += 1) open(port, text).resume();
    await until("them", () => held() > 0 || limited.connections.closed.handshake > 0, 1_000).catch(() => {});
    await until("their end", () => held() === 0, LIMITS.handshakeMs * 3);
    let count = -1;
    await until("the system's", () => {
      limited.server.getConnections((_error, open) => {
        count = open;
      });
      return count === 0;
    });
  });

  it.runIf(tls)("has the deadlines of HTTP after its handshake, and is served", async () => {
    const port = await start(tls);
    const [answer] = (await once(
      httpsGet({ port, host: "127.0.0.1", path: "/ok", rejectUnauthorized: false, agent: false }),
      "response",
    )) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    const socket = connectTls(port, "127.0.0.1", { rejectUnauthorized: false });
    sockets.add(socket.on("error", () => {}).resume());
    await once(socket, "secureConnect");
    socket.write("GET / HTTP/1.1\r\nHost:");
    await until("a head", () => phases().includes("head"));
    await until("the end", () => held() === 0, LONG_MS);
  });

  it.runIf(tls)("that is not finished takes no place from one that is", async () => {
    const port = await start(tls, { ...LIMITS, handshakes: 20, handshakeMs: 60_000 });
    for (let index = 0; index < 100; index += 1) open(port, "").resume();
    await until("the oldest to go", () => limited.connections.closed.place === 80);
    const [answer] = (await once(
      httpsGet({ port, host: "127.0.0.1", path: "/ok", rejectUnauthorized: false, agent: false }),
      "response",
    )) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
  });
});

describe("who is signed in", () => {
  it("uploads for as long as bytes come, and not when they stop", async () => {
    const port = await start();
    const upload = httpRequest({ port, host: "127.0.0.1", method: "PUT", headers: { authorization: "x" } });
    upload.on("error", () => {}).flushHeaders();
    const timer = setInterval(() => upload.write("x"), 50);
    const ended = new Promise((resolve) => upload.once("close", resolve));
    await new Promise((resolve) => setTimeout(resolve, LONG_MS));
    expect(phases()).toEqual(["request"]);
    clearInterval(timer);
    await ended;
    expect(limited.connections.closed.request).toBe(1);
  });

  it("takes its answer, or loses it", async () => {
    const port = await start();
    const slow = get({ port, host: "127.0.0.1", path: "/big", headers: { authorization: "x" } });
    slow.on("error", () => {});
    const [answer] = (await once(slow, "response")) as [IncomingMessage];
    answer.on("error", () => {});
    await until("the end", () => limited.connections.closed.untaken === 1, LONG_MS * 2);
    expect(held()).toBe(0);
    slow.destroy();
  });

  it("waits for an answer that takes its time", async () => {
    const url = `http://127.0.0.1:${await start()}/late`;
    expect(await (await fetch(url, { headers: { authorization: "x" } })).text()).toBe("late");
    await expect(fetch(url)).rejects.toThrow();
    expect(limited.connections.closed.request).toBe(1);
  });
});

describe("an upgraded connection", () => {
  const ASK = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";

  /** Joined to nothing: what is read is dropped, and no end is passed on. */
  async function startUpgrading(): Promise<number> {
    const port = await start();
    limited.server.on("upgrade", (request, socket) => {
      socket.on("error", () => {});
      if (request.headers.authorization) limited.connections.know(socket);
      socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      socket.resume();
    });
    return port;
  }

  it("of who is signed in stays, however quiet; a stranger's does not", async () => {
    const port = await startUpgrading();
    const own = open(port, `${ASK}Authorization: x\r\n\r\n`).resume();
    const other = open(port, `${ASK}\r\n`).resume();
    await until("the stranger's end", () => other.readableEnded, LONG_MS);
    await new Promise((resolve) => setTimeout(resolve, LONG_MS));
    expect(own.readableEnded).toBe(false);
    expect(phases()).toEqual(["upgraded"]);
  });

  it("that is half closed by its client, or by us, is closed", async () => {
    const port = await startUpgrading();
    const leaves = open(port, `${ASK}Authorization: x\r\n\r\n`).resume();
    await until("its upgrade", () => phases()[0] === "upgraded");
    leaves.end();
    await until("its end", () => held() === 0, LONG_MS);
    limited.server.once("upgrade", (_request, socket) => socket.end());
    open(port, `${ASK}Authorization: x\r\n\r\n`).resume();
    await until("ours", () => phases()[0] === "closing");
    await until("the other end", () => held() === 0, LONG_MS);
    expect(limited.connections.closed.closing).toBe(2);
  });
});

describe("heads that have not come whole", () => {
  it("are counted until they have, and the longest are dropped first", async () => {
    const port = await start();
    const head = (bytes: number) => `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(bytes)}`;
    open(port, head(400_000));
    open(port, head(10_000));
    await until("both heads", () => headsInFlight(limited.connections) > 410_000);
    const [longest, ...others] = headsTooMany(limited.connections, 100_000);
    expect(others).toEqual([]);
    expect(longest!.headBytes).toBeGreaterThan(390_000);
    expect(headsTooMany(limited.connections, 1_000_000)).toEqual([]);
  });

  it("are none of who sends a body after asking whether to, however long that is", async () => {
    const port = await start();
    const socket = open(
      port,
      "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9000000\r\n\r\n",
    );
    await once(socket, "data");
    socket.write(Buffer.alloc(5_000_000));
    await until("the body", () => socket.writableLength === 0);
    expect(phases()).toEqual(["request"]);
    expect(headsInFlight(limited.connections)).toBe(0);
  });

  it("are long for few at once: the next one is cut as it grows long, and a whole one is answered", async () => {
    const port = await start();
    const held = 40;
    // Those that the parser reads by itself, and those that may be long.
    const kept = 8 + 8;
    for (let index = 0; index < held; index += 1)
      open(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(400_000)}`).resume();
    await until("the others to be cut", () => limited.connections.closed.heads === held - kept);
    expect(headsInFlight(limited.connections)).toBeLessThanOrEqual(kept * 400_100);
    const answer = once(open(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(12_000)}\r\n\r\n`), "data");
    expect(String((await answer)[0])).toContain("200 OK");
  });
});
