import { once } from "node:events";
import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { VERSION as VERSION_OF_US } from "#server/version.ts";
import type { ApiCluster } from "../api/api-cluster.ts";
import type { ApiContextOptions } from "../api/api-context.ts";
import {
  acceptUpgrade,
  answerJson,
  closedPort,
  startApiServer,
  startTcpServer,
} from "../testing/api-server.ts";
import { hasOpenssl, NO_OPENSSL, TestAuthority } from "../testing/certificates.ts";
import { clusterFor as clusterAt, failureOf } from "../testing/cluster.ts";
import { startConnectProxy, startSocks5Proxy } from "../testing/proxies.ts";

const authority = hasOpenssl ? new TestAuthority() : null;
afterAll(() => authority?.dispose());
const ca = { read: async () => authority?.ca ?? "" };

function clusterFor(server: string, proxy: string, extra: Partial<ApiContextOptions> = {}): ApiCluster {
  return clusterAt(server, { proxy: new URL(proxy), credential: { token: "secret-token" }, ...extra });
}

const VERSION = { method: "GET", path: "/version" };
const startApi = (names: string) =>
  startApiServer(
    (_request, response) => answerJson(response, 200, { ok: true }),
    (authority as TestAuthority).issue(names),
  );

describe.skipIf(!hasOpenssl)(`reaching a cluster through a proxy (${NO_OPENSSL})`, () => {
  it("tunnels with CONNECT, keeps the tunnel, and sends the proxy's password to the proxy only", async () => {
    const api = await startApi("DNS:kube.test");
    const proxy = await startConnectProxy({ credentials: "ann:p@ss" });
    const cluster = clusterFor(`https://kube.test:${api.port}`, `http://ann:p%40ss@127.0.0.1:${proxy.port}`, {
      tls: { ca },
    });
    await cluster.json(VERSION);
    await cluster.json(VERSION);
    expect(proxy.targets).toEqual([`kube.test:${api.port}`]);
    expect(api.seen[0]?.headers.authorization).toBe("Bearer secret-token");
    expect(api.seen[0]?.headers["proxy-authorization"]).toBeUndefined();
  });

  it("tunnels through an https proxy, which must be trusted itself", async () => {
    const api = await startApi("DNS:kube.test");
    const proxy = await startConnectProxy({ tls: (authority as TestAuthority).issue("IP:127.0.0.1") });
    const server = `https://kube.test:${api.port}`;
    const address = `https://127.0.0.1:${proxy.port}`;
    await clusterFor(server, address, { tls: { ca } }).json(VERSION);
    const error = await failureOf(clusterFor(server, address).request(VERSION));
    expect(error.message).toContain(`The certificate of the proxy 127.0.0.1:${proxy.port} is signed by`);
    expect(proxy.targets).toHaveLength(1);
  });

  it("goes through SOCKS 5, with and without a password, and lets the proxy resolve the name", async () => {
    const api = await startApi("DNS:kube.test");
    const server = `https://kube.test:${api.port}`;
    const open = await startSocks5Proxy();
    await clusterFor(server, `socks5://127.0.0.1:${open.port}`, { tls: { ca } }).json(VERSION);
    const closed = await startSocks5Proxy({ user: "ann", password: "p@ss" });
    await clusterFor(server, `socks5://ann:p%40ss@127.0.0.1:${closed.port}`, { tls: { ca } }).json(VERSION);
    expect([open.targets, closed.targets]).toEqual([[`kube.test:${api.port}`], [`kube.test:${api.port}`]]);
  });

  it.each(["http", "socks5"])(
    "verifies the API server's name and address behind the %s proxy",
    async (kind) => {
      const { port } = kind === "http" ? await startConnectProxy() : await startSocks5Proxy();
      const proxy = `${kind}://127.0.0.1:${port}`;
      const named = await startApi("DNS:localhost,DNS:other.test");
      // Neither the proxy's host nor "localhost" may stand in for the address that was asked for.
      const wrong = clusterFor(`https://127.0.0.2:${named.port}`, proxy, { tls: { ca } });
      expect((await failureOf(wrong.request(VERSION))).message).toContain("for another name");
      expect(named.seen).toEqual([]);
      const right = await startApi("IP:127.0.0.2");
      await clusterFor(`https://127.0.0.2:${right.port}`, proxy, { tls: { ca } }).json(VERSION);
    },
  );

  it.each(["http", "socks5"])(
    "carries requests and upgrades, and tells the %s proxy neither the credential nor who we are",
    async (kind) => {
      const pair = (authority as TestAuthority).issue("DNS:kube.test");
      const api = await startApiServer(
        (_request, response) => answerJson(response, 200, { ok: true }),
        pair,
        (_request, socket) => acceptUpgrade(socket, "websocket", "hello"),
      );
      const asked = kind === "http" ? await startConnectProxy() : null;
      const { port } = asked ?? (await startSocks5Proxy());
      const proxy = `${kind}://127.0.0.1:${port}`;
      const cluster = clusterFor(`https://kube.test:${api.port}`, proxy, { tls: { ca } });
      await cluster.json(VERSION);
      const upgrade = { method: "GET", path: "/exec", protocol: "websocket", headers: {} } as const;
      const { socket } = await cluster.upgrade(upgrade);
      const [first] = (await once(socket, "data")) as [Buffer];
      expect(first.toString()).toBe("hello");
      socket.destroy();
      expect(api.seen.map(({ url, headers }) => [url, headers.authorization, headers["user-agent"]])).toEqual(
        ["/version", "/exec"].map((url) => [url, "Bearer secret-token", `porthole/${VERSION_OF_US}`]),
      );
      for (const headers of asked?.asked ?? []) {
        expect(Object.keys(headers).sort()).toEqual(["host", "proxy-connection"]);
      }
      expect(asked?.asked.length ?? 2).toBe(2);
    },
  );
});

describe("a proxy that does not help", () => {
  const SERVER = "https://kube.test:6443";

  it("is named when it refuses, and its answer is not taken for the API server's", async () => {
    const forbidding = await startConnectProxy({ refuseWith: 403 });
    const forbidden = await failureOf(
      clusterFor(SERVER, `http://127.0.0.1:${forbidding.port}`).request(VERSION),
    );
    expect(forbidden.code).toBe("UNREACHABLE");
    expect(forbidden.message).toBe(
      `The proxy 127.0.0.1:${forbidding.port} refused to connect to the API server (HTTP 403).`,
    );
    const asking = await startConnectProxy({ credentials: "ann:right" });
    const wrong = clusterFor(SERVER, `http://ann:wrong-password@127.0.0.1:${asking.port}`);
    const unauthorized = await failureOf(wrong.request(VERSION));
    expect(unauthorized.message).toContain("asks for a user name and a password (407)");
    expect(unauthorized.message).not.toContain("wrong-password");
  });

  it("is named when SOCKS refuses the password or the target", async () => {
    const asking = await startSocks5Proxy({ user: "ann", password: "right" });
    const wrong = clusterFor(SERVER, `socks5://ann:wrong-password@127.0.0.1:${asking.port}`);
    const unauthorized = await failureOf(wrong.request(VERSION));
    expect(unauthorized.message).toContain("does not accept the user name and password");
    expect(unauthorized.message).not.toContain("wrong-password");
    const { port } = await startSocks5Proxy();
    const refused = clusterFor("https://refused.test:6443", `socks5://127.0.0.1:${port}`);
    expect((await failureOf(refused.request(VERSION))).message).toContain("(HostUnreachable)");
  });

  it.each(["http", "https", "socks5"])("is named when nothing listens (%s)", async (kind) => {
    const port = await closedPort();
    const error = await failureOf(clusterFor(SERVER, `${kind}://127.0.0.1:${port}`).request(VERSION));
    expect(error.message).toContain(`The proxy 127.0.0.1:${port} refuses connections`);
  });

  it.each(["http", "socks5"])(
    "is given up after ten seconds of silence (%s), and its socket with it",
    async (kind) => {
      let opened = 0;
      let closed = 0;
      const port = await startTcpServer((socket) => {
        opened += 1;
        socket.resume();
        socket.on("close", () => {
          closed += 1;
        });
      });
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const pending = failureOf(clusterFor(SERVER, `${kind}://127.0.0.1:${port}`).request(VERSION));
      await vi.waitFor(() => expect(opened).toBe(1), { interval: 5 });
      await vi.advanceTimersByTimeAsync(10_000);
      const error = await pending;
      expect(error.code).toBe("TIMEOUT");
      expect(error.message).toContain(`the proxy 127.0.0.1:${port} within 10 seconds`);
      // The SOCKS library drops its own after 30.
      await vi.advanceTimersByTimeAsync(20_000);
      vi.useRealTimers();
      await vi.waitFor(() => expect(closed).toBe(1));
    },
  );
});
