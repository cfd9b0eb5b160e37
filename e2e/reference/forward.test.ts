/** A pod's port through Porthole against upstream code: as a TCP listener, and as an origin of its own. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { PortholeProcess } from "../porthole-process.ts";
import { freePort, type Mode, type ReferenceCluster, startReferenceCluster } from "./reference-cluster.ts";

const MIB = 1024 * 1024;
const LARGE_BYTES = 64 * MIB;
const PARALLEL_REQUESTS = 32;

interface Forward {
  id: string;
  url: string;
  local: string | null;
}

/** Plain SPDY (legacy); the tunnel ends at the API server (phase1) or at the kubelet (phase2). */
const MODES: Mode[] = ["legacy", "phase1", "phase2"];

let porthole: PortholeProcess;
let web: Server;

/** What listens in the "pod": a forwarded port N of the reference cluster is 127.0.0.1:N of this machine. */
function startWebServer(): Promise<Server> {
  const server = createServer((incoming, response) => {
    if (incoming.url === "/large") {
      response.end(Buffer.alloc(LARGE_BYTES, "x"));
      return;
    }
    const hash = createHash("sha256");
    incoming.on("data", (chunk: Buffer) => hash.update(chunk));
    incoming.on("end", () => {
      response.setHeader("content-type", "application/json");
      const { method, url, headers } = incoming;
      response.end(JSON.stringify({ method, url, headers, sha256: hash.digest("hex") }));
    });
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(`echo ${data}`)));
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function startAll(mode: Mode): void {
  let cluster: ReferenceCluster;
  beforeAll(async () => {
    cluster = await startReferenceCluster(mode);
    porthole = await PortholeProcess.start(["--kubeconfig", cluster.kubeconfig]);
    web = await startWebServer();
  });
  afterAll(async () => {
    await porthole?.stop();
    await cluster?.stop();
    web?.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
  });
}

function createForward(
  options: { port?: number; listen?: boolean; cluster?: string } = {},
): Promise<Forward> {
  const { port = (web.address() as AddressInfo).port, cluster: context = "ref", listen } = options;
  return porthole.api<Forward>("POST", "/api/forwards", {
    ...{ cluster: context, namespace: "default", kind: "Pod", name: "web", port },
    ...(listen === undefined ? {} : { listen }),
  });
}

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

/** One request to a preview's origin. Its name ends in .localhost, which not every resolver knows: Host says it. */
function ask(
  origin: URL,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port: origin.port,
        path,
        method: options.method ?? "GET",
        headers: { host: origin.host, ...options.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    asked.once("error", reject);
    asked.end(options.body);
  });
}

/** Signs in on the forward's origin as the page does, with the code of a one-time link. Gives its cookie. */
async function enter(forward: Forward): Promise<{ origin: URL; code: string; cookie: string }> {
  const { url } = await porthole.api<{ url: string }>("POST", `/api/forwards/${forward.id}/open`, {
    path: "/",
  });
  const origin = new URL(new URL(url).origin);
  const code = new URLSearchParams(new URL(url).hash.slice(1)).get("code") ?? "";
  const answer = await exchange(origin, code);
  expect(answer.status).toBe(204);
  const cookie = answer.headers["set-cookie"]?.map((line) => line.split(";")[0]).join("; ") ?? "";
  return { origin, code, cookie };
}

function exchange(origin: URL, code: string): Promise<Answer> {
  return ask(origin, "/.porthole/enter", {
    method: "POST",
    headers: { "content-type": "application/json", origin: origin.origin },
    body: Buffer.from(JSON.stringify({ code })),
  });
}

/** What one connection to a local port brings, and how it ends. */
function endOf(local: string): Promise<{ bytes: number; code: string | null }> {
  const [host, port] = local.split(":");
  return new Promise((resolve) => {
    let bytes = 0;
    let code: string | null = null;
    const socket = connect(Number(port), host);
    socket.on("data", (piece) => {
      bytes += piece.byteLength;
      if (bytes === MIB / 4) socket.write("all of it is here");
    });
    socket.once("error", (error: Error & { code?: string }) => {
      code = error.code ?? error.message;
    });
    socket.once("close", () => resolve({ bytes, code }));
  });
}

describe.each(MODES)("a forward with a local TCP port, %s", (mode) => {
  startAll(mode);

  it("carries requests to the pod and answers back", async () => {
    const { local } = await createForward({ listen: true });
    const response = await fetch(`http://${local}/hello?a=1`, { method: "POST", body: "data" });
    expect(await response.json()).toMatchObject({
      method: "POST",
      url: "/hello?a=1",
      sha256: createHash("sha256").update("data").digest("hex"),
    });
  });

  it("moves a large answer whole", async () => {
    const { local } = await createForward({ listen: true });
    const body = await (await fetch(`http://${local}/large`)).arrayBuffer();
    expect(body.byteLength).toBe(LARGE_BYTES);
  });

  it("serves many requests at once", async () => {
    const { local } = await createForward({ listen: true });
    const answers = await Promise.all(
      Array.from({ length: PARALLEL_REQUESTS }, async (_, index) => {
        const response = await fetch(`http://${local}/${index}`);
        return ((await response.json()) as { url: string }).url;
      }),
    );
    expect(answers).toEqual(Array.from({ length: PARALLEL_REQUESTS }, (_, index) => `/${index}`));
  });

  it("fails one connection alone when nothing listens, and serves the port once something does", async () => {
    const port = await freePort();
    const { local } = await createForward({ port, listen: true });
    await expect(fetch(`http://${local}/`)).rejects.toThrow();
    const late = createServer((_, response) => response.end("late"));
    await new Promise<void>((resolve) => late.listen(port, "127.0.0.1", resolve));
    try {
      expect(await (await fetch(`http://${local}/`)).text()).toBe("late");
    } finally {
      late.closeAllConnections();
      await new Promise((resolve) => late.close(resolve));
    }
  });

  it.each([
    ["ends in order", (socket: Socket) => socket.end(), null],
    ["is reset", (socket: Socket) => socket.resetAndDestroy(), "ECONNRESET"],
  ])("a connection that %s in the pod does so here", async (_how, finish, code) => {
    // The reset waits until all was read: Node takes one behind unread bytes for an end (libuv uv__stream_io).
    const program = createTcpServer((socket) => {
      socket.write(Buffer.alloc(MIB / 4, "x"));
      socket.once("data", () => finish(socket));
    });
    await new Promise<void>((resolve) => program.listen(0, "127.0.0.1", resolve));
    const { local } = await createForward({ port: (program.address() as AddressInfo).port, listen: true });
    const ends = await Promise.all(Array.from({ length: 8 }, () => endOf(local ?? "")));
    expect(ends).toEqual(Array(8).fill({ bytes: MIB / 4, code }));
    await new Promise((resolve) => program.close(resolve));
  });

  it("stops listening when the forward is deleted", async () => {
    const { id, local } = await createForward({ listen: true });
    expect((await fetch(`http://${local}/`)).status).toBe(200);
    await porthole.api("DELETE", `/api/forwards/${id}`);
    await expect(fetch(`http://${local}/`)).rejects.toThrow();
  });
});

describe.each(MODES)("a forward as an origin of its own, %s", (mode) => {
  startAll(mode);

  it("serves the pod to a browser that came by the one-time link, and to nobody else", async () => {
    const forward = await createForward();
    const { origin, cookie } = await enter(forward);
    const answer = await ask(origin, "/page?x=1", { headers: { cookie } });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ method: "GET", url: "/page?x=1" });

    const stranger = await ask(origin, "/page?x=1");
    expect(stranger.status).toBeGreaterThanOrEqual(400);
    expect(stranger.body.toString()).not.toContain("/page?x=1");
  });

  it("lets a code be used once", async () => {
    const { origin, code } = await enter(await createForward());
    expect((await exchange(origin, code)).status).toBeGreaterThanOrEqual(400);
  });

  it("does not take the cookie of one forward on another", async () => {
    const one = await enter(await createForward());
    const other = await enter(await createForward());
    const answer = await ask(other.origin, "/", { headers: { cookie: one.cookie } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  it("shows the pod none of its own secrets, and leaves the pod's alone", async () => {
    const { origin, cookie } = await enter(await createForward());
    const headers = { cookie: `theirs=1; ${cookie}`, authorization: "Basic dGhlaXJz" };
    const answer = await ask(origin, "/", { headers });
    const seen = JSON.parse(answer.body.toString()) as { headers: Record<string, string> };
    expect(seen.headers.cookie).toBe("theirs=1");
    expect(seen.headers.authorization).toBe("Basic dGhlaXJz");
    expect(answer.body.toString()).not.toContain(porthole.token);
    expect(answer.body.toString()).not.toContain("admin-token");
  });

  it("carries an upload and a download of any size", async () => {
    const { origin, cookie } = await enter(await createForward());
    const body = Buffer.alloc(16 * MIB, "upload ");
    const uploaded = await ask(origin, "/", { method: "POST", headers: { cookie }, body });
    const { sha256 } = JSON.parse(uploaded.body.toString()) as { sha256: string };
    expect(sha256).toBe(createHash("sha256").update(body).digest("hex"));
    expect((await ask(origin, "/large", { headers: { cookie } })).body.byteLength).toBe(LARGE_BYTES);
  });

  it("carries WebSockets", async () => {
    const { origin, cookie } = await enter(await createForward());
    const socket = new WebSocket(`ws://127.0.0.1:${origin.port}/socket`, {
      headers: { host: origin.host, origin: origin.origin, cookie },
    });
    const answer = await new Promise<string>((resolve, reject) => {
      socket.once("open", () => socket.send("hello"));
      socket.once("message", (data) => resolve(String(data)));
      socket.once("error", reject);
    });
    socket.terminate();
    expect(answer).toBe("echo hello");
  });

  it("is refused for a viewer with the missing right named", async () => {
    await expect(createForward({ cluster: "ref-viewer" })).rejects.toThrow(/403 .*pods\/portforward/);
  });
});
