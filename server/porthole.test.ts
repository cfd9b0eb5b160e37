/** The composition itself: what it says when it cannot start, what it tells the page, and how it ends. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { ClusterInfo, LoginInfo } from "#protocol/api.ts";
import { readConfig } from "#server/config/config.ts";
import { ConfigError } from "#server/config/config-error.ts";
import { type DemoCluster, startDemoCluster } from "#server/demo/demo-cluster.ts";
import { kubeconfigText } from "#server/demo/kubeconfig-text.ts";
import { loopbackPair } from "#server/kube/testing/certificates.ts";
import { listenOnLoopback } from "#server/testing/loopback.ts";
import { execPath, V5Client } from "#server/testing/v5-client.ts";
import { createLogger } from "./log.ts";
import { type Porthole, startPorthole } from "./porthole.ts";

const TOKEN = "a-launch-token-of-a-test";
/** The server gives up on a body by itself after 10 s. */
const SOONER_MS = 8_000;
const NOWHERE: Parameters<typeof kubeconfigText>[0] = {
  url: "http://127.0.0.1:1",
  contexts: [{ name: "demo", user: "admin", token: "t" }],
};
const LOG = createLogger("text", "silent");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let porthole: Porthole | undefined;
afterEach(async () => {
  await porthole?.close(0);
  porthole = undefined;
});

const hasTwoLoopbacks = () =>
  Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));

async function start(...flags: string[]): Promise<Porthole> {
  const config = await readConfig(["--port", "0", `--token=${TOKEN}`, ...flags], {});
  porthole = await startPorthole(config, {}, LOG);
  return porthole;
}

async function get<T>({ origin }: Porthole, path: string): Promise<T> {
  return (await (await fetch(origin + path, { headers: { authorization: `Bearer ${TOKEN}` } })).json()) as T;
}

async function logIn({ origin }: Pick<Porthole, "origin">): Promise<LoginInfo> {
  const answer = await fetch(`${origin}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: TOKEN }),
  });
  return (await answer.json()) as LoginInfo;
}

/** As the demo cluster of a test writes it, or of an API server that is not there. */
function kubeconfig(demo: Pick<DemoCluster, "url" | "contexts"> = NOWHERE, ca?: string): string {
  const file = join(folder, "config");
  writeFileSync(file, kubeconfigText(demo, ca));
  return file;
}

it("says of the demo how its containers are kept apart, once for all its clusters", async () => {
  const demo = await start("--demo", "--demo-users", "all");
  expect(await logIn(demo)).toMatchObject({ mode: "demo", demo: { isolation: expect.any(String) } });
  const { clusters } = await get<{ clusters: ClusterInfo[] }>(demo, "/api/clusters");
  expect(clusters.map(({ name, user, current }) => [name, user, current])).toEqual([
    ["demo", "admin", true],
    ["demo-viewer", "viewer", false],
    ["demo-getter", "getter", false],
    ["demo-creator", "creator", false],
  ]);
  for (const cluster of clusters) {
    expect(Object.keys(cluster)).toEqual(["name", "path", "server", "namespace", "user", "current"]);
  }
});

it("has no demo beside a kubeconfig", async () => {
  const laptop = await start("--kubeconfig", kubeconfig());
  const info = await logIn(laptop);
  expect(info.mode).toBe("laptop");
  expect(info).not.toHaveProperty("demo");
  expect(laptop.clusters.demo).toBeNull();
});

it.each([
  ["--behind-proxy"],
  ["--behind-proxy", "--public-url", "https://porthole.example"],
  ["--public-url", "https://porthole.example"],
  ["--host", "0.0.0.0", "--behind-proxy"],
])("opens no TCP port of its machine for others: %j", async (...flags) => {
  const hosted = await start("--kubeconfig", kubeconfig(), ...flags);
  const origin = `http://${flags[0] === "--host" ? "0.0.0.0" : "127.0.0.1"}:${hosted.port}`;
  expect(await logIn({ origin })).toMatchObject({ localPorts: false });
  const answer = await fetch(`${origin}/api/forwards`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ cluster: "demo", namespace: "default", name: "web", port: 8080, listen: true }),
  });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({
    kind: "Status",
    message: expect.stringMatching(/--behind-proxy/),
  });
});

it("says in one line why it cannot listen", async () => {
  const taken = await listenOnLoopback({});
  await expect(start("--demo", "--port", String(taken.port))).rejects.toThrow(
    new ConfigError(`127.0.0.1:${taken.port} is in use: stop what listens there, or give --port`),
  );
  await taken.close();
});

it("leaves no loopback address of its port to anybody else", async (context) => {
  const { port } = await start("--demo");
  // Browsers look for p-….localhost there first (threats.md A2).
  const answer = await fetch(`http://[::1]:${port}/healthz`).catch(() => null);
  if (answer === null && !hasTwoLoopbacks()) return context.skip();
  expect(answer?.status).toBe(200);
  const neighbour = createServer().listen(port, "::1");
  expect((await once(neighbour, "error"))[0]).toMatchObject({ code: "EADDRINUSE" });
  await porthole?.close(0);
  await expect(fetch(`http://[::1]:${port}/healthz`)).rejects.toThrow();
});

it("listens no longer when its clusters cannot be loaded", async () => {
  const free = await listenOnLoopback({});
  await free.close();
  const port = String(free.port);
  await expect(start("--kubeconfig", join(folder, "missing"), "--port", port)).rejects.toMatchObject({
    code: "CONFIG",
  });
  const again = createServer();
  await new Promise<void>((resolve) => again.listen(free.port, "127.0.0.1", resolve));
  again.close();
});

it("answers that it starts, until it can answer anything else", async () => {
  const free = await listenOnLoopback({});
  await free.close();
  const config = await readConfig(["--port", String(free.port), `--token=${TOKEN}`, "--demo"], {});
  const origin = `http://127.0.0.1:${free.port}`;
  const early: Response[] = [];
  porthole = await startPorthole(config, {}, LOG, async (options) => {
    for (const path of ["/healthz", "/readyz", "/"]) early.push(await fetch(origin + path));
    return await startDemoCluster(options);
  });
  expect(early.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
});

it(
  "cuts a request that still runs when its grace is over",
  async () => {
    const running = await start("--kubeconfig", kubeconfig());
    // A body that never comes.
    const head = `Host: 127.0.0.1:${running.port}\r\nContent-Type: application/json\r\nContent-Length: 9`;
    const slow = connect(running.port, "127.0.0.1", () =>
      slow.write(`POST /api/login HTTP/1.1\r\n${head}\r\n\r\n`),
    );
    const closed = new Promise<void>((resolve) => slow.once("close", () => resolve()));
    slow.on("error", () => {}).resume();
    await get(running, "/api/sessions");
    await running.close(50);
    await closed;
  },
  SOONER_MS,
);

it(
  "cuts a stream of a plain client as well",
  async () => {
    const tls = loopbackPair();
    const demo = await startDemoCluster({ log: LOG, namespaces: false, tls });
    const running = await start("--kubeconfig", kubeconfig(demo, tls.cert));
    const path = `/clusters/demo${execPath(["cat"], { stdin: "true" })}`;
    const client = await V5Client.connect(running.origin + path, TOKEN);
    const closed = new Promise<void>((resolve) => client.ws.once("close", () => resolve()));
    await running.close(50);
    await closed;
    await demo.close();
  },
  SOONER_MS,
);
