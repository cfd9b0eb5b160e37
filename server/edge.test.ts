/**
 * The whole server on a loopback port, with the demo cluster behind it, met by clients that do not behave: rows A1 to
 * A12, A18, A21 and A26 to A29 of the threat list as far as they concern the edge.
 */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { KEY_HEADER } from "#protocol/api";
import { PORTHOLE_SUBPROTOCOL, TICKET_PREFIX, V5_SUBPROTOCOL } from "#protocol/subprotocol";
import { until } from "#testing/loopback";
import { type ClusterSet, loadClusterSet } from "./clusters";
import { readConfig } from "./config";
import { type App, createApp } from "./http/app";
import { createLimitedServer, listen } from "./http/http-server";
import { createLogger } from "./log";

const TOKEN = randomBytes(32).toString("base64url");
const EXEC =
  "/clusters/demo/api/v1/namespaces/default/pods/shell/exec?container=main&stdin=true&stdout=true&command=cat";

let port: number;
let origin: string;
let app: App;
let clusterSet: ClusterSet;
let server: ReturnType<typeof createLimitedServer>;
const logged: string[] = [];
const writeToStderr = process.stderr.write;

beforeAll(async () => {
  process.stderr.write = (line: string | Uint8Array) => {
    logged.push(line.toString());
    return true;
  };
  const config = readConfig(["--demo", "--port", "0", "--token", TOKEN], { NODE_ENV: "test" });
  const log = createLogger("text");
  server = createLimitedServer(undefined);
  port = await listen(server, "127.0.0.1", 0);
  clusterSet = await loadClusterSet(config, {}, log, [port]);
  app = await createApp({ config, port, clusterSet, log, pages: "/nowhere", server });
  server.on("request", app.onRequest);
  server.on("upgrade", app.onUpgrade);
  origin = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  app.drain();
  server.closeAllConnections();
  await Promise.all([clusterSet.close(), new Promise((resolve) => server.close(resolve))]);
  process.stderr.write = writeToStderr;
});

const machine = { authorization: `Bearer ${TOKEN}` };

/** Raw bytes to the first line of the answer; "" when the connection is closed without one. */
function raw(text: string): Promise<{ line: string; all: string }> {
  return new Promise((resolve) => {
    let all = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text.replaceAll("\n", "\r\n")));
    socket.on("data", (data) => {
      all += data.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve({ line: all.split("\r\n")[0]!, all }));
    socket.setTimeout(3_000, () => socket.destroy());
  });
}

const get = (path: string, host: string, more = "") =>
  `GET ${path} HTTP/1.1\nHost: ${host}\nConnection: close\n${more}\n`;

const upgradeTo = (path: string, headers: Record<string, string>, version = "13") =>
  `GET ${path} HTTP/1.1\nHost: 127.0.0.1:${port}\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: ${version}\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Protocol: ${V5_SUBPROTOCOL}\n${Object.entries(
    headers,
  )
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("")}\n`;

function dial(
  path: string,
  protocols: string[] = [V5_SUBPROTOCOL],
  headers: Record<string, string> = machine,
) {
  const ws = new WebSocket(origin.replace("http", "ws") + path, protocols, {
    headers,
    perMessageDeflate: true,
  });
  const seen = { code: 0, reason: "", refused: 0, body: "", frames: [] as Buffer[] };
  ws.on("error", () => {});
  ws.on("message", (data: Buffer) => seen.frames.push(data));
  ws.on("close", (code, reason) => Object.assign(seen, { code, reason: reason.toString() }));
  ws.on("unexpected-response", (_request, response) => {
    seen.refused = response.statusCode ?? 0;
    response.on("data", (data) => {
      seen.body += data;
    });
    response.on("end", () => ws.terminate());
  });
  const opened = new Promise<void>((resolve) => ws.once("open", resolve));
  return { ws, seen, opened };
}

async function sessions(): Promise<number> {
  const answer = await fetch(`${origin}/api/sessions`, { headers: machine });
  return ((await answer.json()) as { sessions: unknown[] }).sessions.length;
}

async function signIn() {
  const answer = await fetch(`${origin}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: TOKEN }),
  });
  const { key } = (await answer.json()) as { key: string };
  return { cookie: answer.headers.get("set-cookie")!.split(";")[0]!, key };
}

describe("the Host list (A3)", () => {
  it.each([
    "evil.test",
    "127.0.0.1",
    "localhost.evil.test:PORT",
    "127.0.0.1.nip.io:PORT",
    "p-abc.localhost:PORT",
    "",
  ])("refuses %s on requests and upgrades, before any file or route", async (host) => {
    const name = host.replace("PORT", String(port));
    expect((await raw(get("/", name))).line).toMatch(/ 4(00|21) /);
    expect((await raw(get("/healthz", name))).line).toMatch(/ 4(00|21) /);
    const upgrade = upgradeTo(EXEC, machine).replace(`Host: 127.0.0.1:${port}`, `Host: ${name}`);
    expect((await raw(upgrade)).line).toMatch(/ 4(00|21) /);
  });

  it("refuses two Hosts, no Host, and absolute-form targets", async () => {
    expect(
      (await raw(`GET / HTTP/1.1\nHost: 127.0.0.1:${port}\nHost: evil.test\nConnection: close\n\n`)).line,
    ).toContain("400");
    expect((await raw("GET / HTTP/1.1\nConnection: close\n\n")).line).toContain("400");
    expect((await raw(get("http://169.254.169.254/latest", `127.0.0.1:${port}`))).line).toContain("400");
    expect(
      (await raw(upgradeTo(EXEC, machine).replace(`GET ${EXEC}`, "GET http://169.254.169.254/latest"))).line,
    ).toContain("400");
    expect((await raw(upgradeTo(EXEC, machine).replace(`GET ${EXEC}`, "GET //evil.test/"))).line).toContain(
      "400",
    );
  });
});

describe("upgrades (A1, A2, A12)", () => {
  it.each([
    "null",
    "http://evil.test",
    "https://127.0.0.1:PORT",
    "http://127.0.0.1:1",
    "http://localhost:1",
    "http://127.0.0.1:PORT.evil.test",
    "http://127.0.0.1:PORT/",
  ])("from Origin %s are refused, even with the token", async (foreign) => {
    const before = await sessions();
    const answer = await raw(upgradeTo(EXEC, { ...machine, Origin: foreign.replace("PORT", String(port)) }));
    expect(answer.line).toContain("403");
    expect(await sessions()).toBe(before);
  });

  it("with a browser's cookie need a ticket, which another path or a second use does not have", async () => {
    const { cookie, key } = await signIn();
    const headers = { cookie, [KEY_HEADER]: key, "content-type": "application/json" };
    const body = JSON.stringify({
      cluster: "demo",
      namespace: "default",
      pod: "shell",
      container: "main",
      command: ["cat"],
    });
    const made = (await (
      await fetch(`${origin}/api/sessions`, { method: "POST", headers, body })
    ).json()) as { id: string; ticket: string };
    const page = { cookie, origin };
    const path = `/api/sessions/${made.id}/stream`;
    const bare = dial(path, [PORTHOLE_SUBPROTOCOL], page);
    await until("the refusal", () => bare.seen.refused === 401);
    const good = dial(path, [PORTHOLE_SUBPROTOCOL, TICKET_PREFIX + made.ticket], page);
    await good.opened;
    expect(good.ws.protocol).toBe(PORTHOLE_SUBPROTOCOL);
    expect(good.ws.extensions).toBe("");
    const again = dial(path, [PORTHOLE_SUBPROTOCOL, TICKET_PREFIX + made.ticket], page);
    await until("the refusal", () => again.seen.refused === 401);
    good.ws.terminate();
    await fetch(`${origin}/api/sessions/${made.id}`, { method: "DELETE", headers });
  });

  it("of another version, protocol or path get an HTTP answer and the end of the connection", async () => {
    expect((await raw(upgradeTo(EXEC, machine, "12"))).line).toContain("400");
    expect(
      (await raw(upgradeTo(EXEC, machine).replace("Upgrade: websocket", "Upgrade: h2c"))).line,
    ).toContain("400");
    expect((await raw(upgradeTo("/nowhere", machine))).line).toContain("404");
    expect((await raw(upgradeTo("/_next/hmr", machine))).line).toContain("404");
    expect((await raw(upgradeTo("/clusters/demo/api/v1/pods", machine))).line).toContain("403");
    const smuggled = await raw(`${upgradeTo(EXEC, machine, "12")}${get("/metrics", `127.0.0.1:${port}`)}`);
    expect(smuggled.all.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe("every route (A4, A7, A21)", () => {
  const routes: [string, string][] = [
    ["GET", "/api/session"],
    ["GET", "/api/clusters"],
    ["GET", "/api/clusters/demo/health"],
    ["GET", "/api/clusters/demo/access"],
    ["GET", "/api/sessions"],
    ["POST", "/api/sessions"],
    ["GET", "/api/sessions/x"],
    ["DELETE", "/api/sessions/x"],
    ["POST", "/api/tickets"],
    ["POST", "/api/logout"],
    ["GET", "/api/forwards"],
    ["POST", "/api/forwards"],
    ["GET", "/api/forwards/x"],
    ["DELETE", "/api/forwards/x"],
    ["POST", "/api/forwards/x/open"],
    ["GET", "/metrics"],
    ["GET", "/clusters/demo/api/v1/pods"],
    ["POST", "/clusters/demo/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"],
  ];

  it.each(routes)("%s %s is closed to strangers and to forms of other pages", async (method, path) => {
    const stranger = await fetch(origin + path, { method });
    expect(stranger.status).toBe(401);
    expect(await stranger.json()).toMatchObject({ kind: "Status", status: "Failure" });
    const { cookie } = await signIn();
    const foreign = { cookie, origin: "http://127.0.0.1:1", "content-type": "text/plain" };
    expect((await fetch(origin + path, { method, headers: foreign })).status).toBe(403);
    if (method !== "GET") {
      const keyless = await fetch(origin + path, {
        method,
        headers: { cookie, origin, "content-type": "application/json" },
      });
      expect(keyless.status).toBe(403);
    }
  });

  it("carries the frame and type headers, errors included", async () => {
    for (const path of [
      "/healthz",
      "/readyz",
      "/nowhere",
      "/api/nowhere",
      "/api/clusters",
      "/clusters/x/api",
      "/clusters/demo/api/v1/secrets",
    ]) {
      const answer = await fetch(origin + path, { headers: machine });
      expect(answer.headers.get("content-security-policy"), path).toContain("frame-ancestors 'none'");
      expect(answer.headers.get("x-frame-options"), path).toBe("DENY");
      expect(answer.headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(answer.headers.get("referrer-policy"), path).toBe("no-referrer");
    }
    expect((await raw(upgradeTo("/nowhere", {}))).all).toContain("frame-ancestors 'none'");
  });

  it("takes JSON only, and not more than it needs", async () => {
    const post = (body: string, type: string) =>
      fetch(`${origin}/api/sessions`, {
        method: "POST",
        headers: { ...machine, "content-type": type },
        body,
      });
    expect((await post("{}", "text/plain")).status).toBe(415);
    expect((await post("[]", "application/json")).status).toBe(400);
    expect((await post("{", "application/json")).status).toBe(400);
    expect((await post(JSON.stringify({ x: "y".repeat(70_000) }), "application/json")).status).toBe(413);
  });
});

describe("what is asked of the cluster (A9, A10)", () => {
  const create = async (body: object, path = "/api/sessions") => {
    const answer = await fetch(origin + path, {
      method: "POST",
      headers: { ...machine, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return {
      code: answer.status,
      ...((await answer.json()) as { kind?: string; message?: string; reason?: string }),
    };
  };

  it.each([
    { pod: "../../kube-system/pods/etcd-0" },
    { pod: "x/exec?command=id&x=" },
    { pod: "" },
    { namespace: "..%2f" },
    { namespace: "Default" },
    { container: "main&command=id" },
    { command: [] },
    { command: "id" },
    { cols: 0 },
    { rows: 1e9 },
    { cluster: 7 },
  ])("is refused for %j", async (wrong) => {
    const answer = await create({ cluster: "demo", namespace: "default", pod: "shell", ...wrong });
    expect(answer).toMatchObject({ code: 400, kind: "Status" });
  });

  it.each([0, -1, 65_536, 1.5, "80", "80@evil", "1e3", "８０", null])(
    "is refused for port %j",
    async (wrong) => {
      const answer = await create(
        { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: wrong },
        "/api/forwards",
      );
      expect(answer.code).toBe(400);
    },
  );

  it("says what is missing, in the cluster's own code", async () => {
    const session = { cluster: "demo", namespace: "default", pod: "shell", container: "main" };
    expect(await create({ ...session, pod: "shells" })).toMatchObject({
      code: 404,
      message: 'pods "shells" not found',
    });
    expect(await create({ ...session, cluster: "elsewhere" })).toMatchObject({ code: 404 });
    expect((await create({ ...session, container: "nope" })).code).toBeGreaterThanOrEqual(400);
    const viewer = await create({ ...session, cluster: "demo-viewer" });
    expect(viewer).toMatchObject({ code: 403, reason: "Forbidden" });
    expect(viewer.message).toMatch(/create pods\/exec in default/);
    const forward = { cluster: "demo-viewer", namespace: "default", kind: "Pod", name: "web", port: 8080 };
    expect(await create(forward, "/api/forwards")).toMatchObject({ code: 403 });
  });
});

describe("frames that should not be (A26, A27, A29)", () => {
  it.each([
    ["a text frame", (ws: WebSocket) => ws.send("0ls\n"), 1003],
    ["an oversized frame", (ws: WebSocket) => ws.send(Buffer.alloc(2 * 1024 * 1024)), 1009],
    ["a frame on stdout", (ws: WebSocket) => ws.send(Uint8Array.of(1, 65)), 1002],
    ["a malformed CLOSE", (ws: WebSocket) => ws.send(Uint8Array.of(255, 0, 0)), 1002],
  ])("%s ends that stream and no other", async (_name, misbehave, code) => {
    const neighbour = dial(EXEC);
    const bad = dial(EXEC);
    await Promise.all([neighbour.opened, bad.opened]);
    misbehave(bad.ws);
    await until("the end", () => bad.seen.code !== 0);
    expect(bad.seen.code).toBe(code);
    neighbour.ws.send(Buffer.concat([Buffer.of(0), Buffer.from("still here")]));
    await until("the echo", () => Buffer.concat(neighbour.seen.frames).includes("still here"));
    neighbour.ws.terminate();
  });

  it("an empty frame is skipped, and the channel half-close ends cat with exit 0", async () => {
    const { ws, seen, opened } = dial(EXEC);
    await opened;
    ws.send(new Uint8Array());
    ws.send(Buffer.concat([Buffer.of(0), Buffer.from("whole")]));
    ws.send(Uint8Array.of(255, 0));
    await until("the close", () => seen.code !== 0);
    expect(seen.code).toBe(1000);
    expect(
      Buffer.concat(
        seen.frames.filter((frame) => frame[0] === 1).map((frame) => frame.subarray(1)),
      ).toString(),
    ).toBe("whole");
    expect(seen.frames.at(-1)![0]).toBe(3);
    expect(JSON.parse(seen.frames.at(-1)!.subarray(1).toString()).status).toBe("Success");
  });

  it("a reader that stalls on a flood costs a bounded amount, and then gets every byte", async () => {
    const bytes = 64 * 1024 * 1024;
    const flood = EXEC.replace(
      "command=cat",
      `command=head&command=-c&command=${bytes}&command=/dev/zero`,
    ).replace("stdin=true&", "");
    const { ws, seen, opened } = dial(flood);
    await opened;
    ws.pause();
    const before = process.memoryUsage().rss;
    // Long enough for the relay to fill what it may fill: each answer is a turn of its event loop.
    for (let turn = 0; turn < 300; turn += 1) await fetch(`${origin}/healthz`);
    expect(process.memoryUsage().rss - before).toBeLessThan(40 * 1024 * 1024);
    let received = 0;
    ws.removeAllListeners("message");
    ws.on("message", (data: Buffer) => {
      if (data[0] === 1) received += data.byteLength - 1;
    });
    received += seen.frames
      .filter((frame) => frame[0] === 1)
      .reduce((sum, frame) => sum + frame.byteLength - 1, 0);
    ws.resume();
    await until("every byte", () => seen.code !== 0, 20_000);
    expect(received).toBe(bytes);
  });
});

describe("slow and half-open clients (A28)", () => {
  it("do not keep others from connecting", async () => {
    const slow = Array.from({ length: 300 }, () => connect(port, "127.0.0.1").on("error", () => {}));
    for (const socket of slow) socket.write("GET / HTTP/1.1\r\nHost: ");
    const began = performance.now();
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(1_000);
    for (const socket of slow) socket.destroy();
  });

  it("are refused when their head is larger than 16 KiB", async () => {
    expect((await raw(get("/healthz", `127.0.0.1:${port}`, `X: ${"y".repeat(20_000)}\n`))).line).toContain(
      "431",
    );
  });
});

describe("the log (A18)", () => {
  it("holds no token, no cookie and no ticket of all that happened here", async () => {
    const { cookie } = await signIn();
    const lines = logged.join("");
    expect(lines.length).toBeGreaterThan(100);
    for (const secret of [TOKEN, cookie.split("=")[1]!, TICKET_PREFIX]) expect(lines).not.toContain(secret);
  });
});
