/** What a 401 costs: requests and upgrades that were refused with one credential share the next one. */
import { beforeEach, describe, expect, it } from "vitest";
import type { CredentialSource } from "../credential/credentials.ts";
import { UserCredential } from "../credential/credentials.ts";
import { ExecPlugin } from "../credential/exec-plugin.ts";
import { acceptUpgrade, answerJson, startApiServer, type TestServer } from "../testing/api-server.ts";
import { clusterFor, failureOf, get } from "../testing/cluster.ts";
import { tempDir, V1, writePlugin } from "../testing/plugin.ts";
import type { ApiCluster } from "./api-cluster.ts";

const UPGRADE = { method: "GET", path: "/exec", protocol: "websocket", headers: {} } as const;

const request = async (cluster: ApiCluster) => void (await cluster.json(get("/a")));
const upgrade = async (cluster: ApiCluster) => void (await cluster.upgrade(UPGRADE)).socket.destroy();

/** Tokens that count up, each new one had in the next turn; throws away whatever it is told to. */
class TokenSource implements CredentialSource {
  made = 1;
  #token: { authorization: string } | null = { authorization: "Bearer token-1" };

  async get() {
    if (this.#token) return this.#token;
    this.made += 1;
    await new Promise((resolve) => setImmediate(resolve));
    this.#token ??= { authorization: `Bearer token-${this.made}` };
    return this.#token;
  }

  invalidate() {
    this.#token = null;
  }

  close() {}
}

let server: TestServer;
/** Those that wait for the answer to token-1. */
let waiting: (() => void)[];
/** Refusals of token-1 are held back until there are so many. */
let refuseTogether: number;

beforeEach(async () => {
  waiting = [];
  refuseTogether = 3;
  const refused = ({ headers }: { headers: { authorization?: string } }, refuse: () => void) => {
    if (headers.authorization !== "Bearer token-1") return false;
    waiting.push(refuse);
    if (waiting.length === refuseTogether) for (const answer of waiting) answer();
    return true;
  };
  const unauthorized = { kind: "Status", message: "Unauthorized" };
  server = await startApiServer(
    (seen, response) => {
      if (!refused(seen, () => answerJson(response, 401, unauthorized))) answerJson(response, 200, {});
    },
    undefined,
    (seen, socket) => {
      const refuse = () =>
        socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      if (!refused(seen, refuse)) acceptUpgrade(socket, "websocket");
    },
  );
});

describe.each([
  ["three requests", [request, request, request]],
  ["three upgrades", [upgrade, upgrade, upgrade]],
  ["requests and upgrades", [request, upgrade, request, upgrade, request, upgrade]],
] as const)("%s that are refused at the same time", (_name, asked) => {
  beforeEach(() => {
    refuseTogether = asked.length;
  });

  it("cost one run of a credential plugin", async () => {
    const { command, runs } = writePlugin(tempDir(), `answer({ token: "token-" + runs })`);
    const plugin = new ExecPlugin({ command, args: [], env: [], apiVersion: V1 }, process.env);
    const cluster = clusterFor(server.url, { credential: new UserCredential({ plugin }) });
    await cluster.connection();
    expect(runs()).toBe(1);
    await Promise.all(asked.map((ask) => ask(cluster)));
    expect(runs()).toBe(2);
    expect(server.seen).toHaveLength(2 * asked.length);
  });

  it("cost one new credential of any source", async () => {
    const source = new TokenSource();
    const cluster = clusterFor(server.url, { credential: source });
    await Promise.all(asked.map((ask) => ask(cluster)));
    expect(source.made).toBe(2);
    expect(server.seen).toHaveLength(2 * asked.length);
  });
});

describe.each([
  ["a request", request],
  ["an upgrade", upgrade],
] as const)("%s", (_name, ask) => {
  it("that hears late of an old refusal does not throw the new credential away", async () => {
    refuseTogether = Number.POSITIVE_INFINITY;
    const source = new TokenSource();
    const cluster = clusterFor(server.url, { credential: source });
    const both = [ask(cluster), ask(cluster)];
    await expect.poll(() => waiting.length).toBe(2);
    waiting[0]?.();
    await Promise.race(both);
    expect(source.made).toBe(2);
    waiting[1]?.();
    await Promise.all(both);
    expect(source.made).toBe(2);
  });

  it("is not repeated when there is no fresher credential, and says whose was refused", async () => {
    refuseTogether = 1;
    const cluster = clusterFor(server.url, { user: "ann", credential: { token: "token-1" } });
    const error = await failureOf(ask(cluster));
    expect(error).toMatchObject({ code: "STATUS", httpStatus: 401 });
    expect(error.message).toContain('the user "ann"');
    expect(error.message).not.toContain("token-1");
    expect(server.seen).toHaveLength(1);
  });

  it("is repeated once, however many credentials there are", async () => {
    const source = new TokenSource();
    const strict = await startApiServer((_request, response) => answerJson(response, 401, {}));
    const error = await failureOf(ask(clusterFor(strict.url, { credential: source })));
    expect(error).toMatchObject({ httpStatus: 401 });
    expect(strict.seen.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
  });

  it("fails with the source's error when the next credential cannot be had", async () => {
    refuseTogether = 1;
    const { command } = writePlugin(tempDir(), `if (runs > 1) process.exit(3); answer({ token: "token-1" })`);
    const plugin = new ExecPlugin({ command, args: [], env: [], apiVersion: V1 }, process.env);
    const cluster = clusterFor(server.url, { credential: new UserCredential({ plugin }) });
    expect(await failureOf(ask(cluster))).toMatchObject({ code: "CREDENTIAL" });
    // The refused answer is not left open.
    await expect.poll(() => server.open()).toBe(0);
  });
});
