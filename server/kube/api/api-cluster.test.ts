import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { UserCredential } from "../credential/credentials.ts";
import { ExecPlugin } from "../credential/exec-plugin.ts";
import { WatchedFile } from "../credential/watched-file.ts";
import { answerJson, closedPort, startApiServer, startTcpServer } from "../testing/api-server.ts";
import { clusterFor, expectJane, FORGED, failureOf, get, JANE } from "../testing/cluster.ts";
import { tempDir, V1, writePlugin } from "../testing/plugin.ts";

describe("ApiCluster", () => {
  it("has the defaults of a context", () => {
    const cluster = clusterFor("http://127.0.0.1:1/");
    expect(cluster).toMatchObject({
      server: "http://127.0.0.1:1",
      namespace: "default",
    });
    expect(cluster.problem).toBeUndefined();
  });

  it("sends credential and impersonation, which callers cannot replace, below the base path", async () => {
    const server = await startApiServer((_request, response) => answerJson(response, 200, { ok: 1 }));
    const cluster = clusterFor(`${server.url}/k8s/clusters/c-1`, JANE);
    const headers = { ...FORGED, "X-Own": "kept" };
    expect(await cluster.json({ method: "POST", path: "/api?a=1", headers, body: "{é}" })).toEqual({ ok: 1 });
    const seen = server.seen[0]!;
    expect(seen).toMatchObject({ method: "POST", url: "/k8s/clusters/c-1/api?a=1", body: "{é}" });
    expect(seen.headers).toMatchObject({ "x-own": "kept", "content-length": "4" });
    expect(seen.headers.upgrade).toBeUndefined();
    expectJane(seen);
  });

  it("keeps connections for the next request, and ends idle ones on close", async () => {
    const server = await startApiServer((_request, response) => answerJson(response, 200, {}));
    const cluster = clusterFor(server.url);
    for (let count = 0; count < 5; count++) await cluster.json(get("/version"));
    expect(server.connections()).toBe(1);
    expect(server.open()).toBe(1);
    cluster.close();
    await vi.waitFor(() => expect(server.open()).toBe(0));
  });

  it("reads again when a kept connection turns out to be closed", async () => {
    let answered = 0;
    const port = await startTcpServer((socket) => {
      socket.on("data", () => {
        answered += 1;
        // The second request on a connection meets a reset.
        if (answered === 2) socket.resetAndDestroy();
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
      });
    });
    const cluster = clusterFor(`http://127.0.0.1:${port}`);
    await cluster.json(get("/version"));
    await cluster.json(get("/version"));
    expect(answered).toBe(3);
  });

  it("returns redirects and dials nobody else (A11)", async () => {
    const attacker = await startApiServer((_request, response) =>
      answerJson(response, 200, { stolen: true }),
    );
    const server = await startApiServer((_request, response) => {
      response.writeHead(302, { Location: `${attacker.url}/collect` });
      response.end();
    });
    const cluster = clusterFor(server.url, { credential: { token: "secret-token" } });
    const answer = await cluster.request(get("/api"));
    answer.resume();
    expect(answer.statusCode).toBe(302);
    const error = await failureOf(cluster.json(get("/api")));
    expect(error.code).toBe("BAD_ANSWER");
    expect(error.message).toContain("redirect (302)");
    expect(server.seen).toHaveLength(2);
    expect(attacker.connections()).toBe(0);
  });

  it("turns a refusal into an error with the Status inside", async () => {
    const status = {
      kind: "Status",
      status: "Failure",
      message: 'pods "x" not found',
      reason: "NotFound",
      code: 404,
    };
    const server = await startApiServer((_request, response) => answerJson(response, 404, status));
    const error = await failureOf(clusterFor(server.url).json(get("/api")));
    expect(error).toMatchObject({ code: "STATUS", httpStatus: 404, status, message: 'pods "x" not found' });
  });

  it.each([
    ["<html>", "A web page (HTML)"],
    ["hello", "is not JSON"],
    ["null", "no object"],
    ["x".repeat(33 * 1024 * 1024), "larger than"],
  ])("refuses an answer that is no JSON or too large", async (body, words) => {
    const server = await startApiServer((_request, response) => {
      response.on("error", () => {});
      response.end(body);
    });
    const error = await failureOf(clusterFor(server.url).json(get("/api")));
    expect(error.code).toBe("BAD_ANSWER");
    expect(error.message).toContain(words);
  });

  it("retries a 401 once with a fresh credential", async () => {
    const { command, runs } = writePlugin(tempDir(), `answer({ token: "token-" + runs })`);
    const plugin = new ExecPlugin({ command, args: [], env: [], apiVersion: V1 }, process.env);
    const server = await startApiServer(({ headers }, response) => {
      const right = headers.authorization === "Bearer token-2";
      answerJson(response, right ? 200 : 401, right ? {} : { kind: "Status", message: "Unauthorized" });
    });
    const cluster = clusterFor(server.url, { credential: new UserCredential({ plugin }) });
    await Promise.all([cluster.json(get("/a")), cluster.json(get("/b")), cluster.json(get("/c"))]);
    expect(runs()).toBe(2);
    await cluster.json(get("/d"));
    expect(runs()).toBe(2);
  });

  it("does not ask twice when there is no fresher credential, and says whose was refused", async () => {
    const server = await startApiServer((_request, response) =>
      answerJson(response, 401, { message: "Unauthorized" }),
    );
    const cluster = clusterFor(server.url, { user: "ann", credential: { token: "wrong-token" } });
    const error = await failureOf(cluster.json(get("/a")));
    expect(error).toMatchObject({ code: "STATUS", httpStatus: 401 });
    expect(error.message).toContain('the user "ann"');
    expect(error.message).not.toContain("wrong-token");
    expect(server.seen).toHaveLength(1);
  });

  it("gives up when it is told to: before, while waiting for a plugin, and while waiting for an answer", async () => {
    const server = await startApiServer(() => {});
    const cluster = clusterFor(server.url);
    expect(await failureOf(cluster.request({ ...get("/a"), signal: AbortSignal.abort() }))).toMatchObject({
      code: "CANCELED",
    });

    const { command, runs } = writePlugin(tempDir(), "setInterval(() => {}, 1000)");
    const plugin = new ExecPlugin({ command, args: [], env: [], apiVersion: V1 }, process.env);
    const slow = clusterFor(server.url, { credential: new UserCredential({ plugin }) });
    const first = new AbortController();
    const waiting = failureOf(slow.request({ ...get("/a"), signal: first.signal }));
    await vi.waitFor(() => expect(runs()).toBe(1));
    first.abort();
    expect(await waiting).toMatchObject({ code: "CANCELED" });

    const second = new AbortController();
    const pending = failureOf(cluster.request({ ...get("/b"), signal: second.signal }));
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));
    second.abort();
    expect(await pending).toMatchObject({ code: "CANCELED" });
  });

  it("breaks the answer's stream off when the signal comes later", async () => {
    const server = await startApiServer((_request, response) => response.write("first line"));
    const stop = new AbortController();
    const answer = await clusterFor(server.url).request({ ...get("/watch"), signal: stop.signal });
    const ended = once(answer, "error");
    stop.abort();
    await ended;
    expect(answer.destroyed).toBe(true);
  });

  it("refuses a path that would arrive as another one, and headers that HTTP cannot carry", async () => {
    const cluster = clusterFor("http://127.0.0.1:1/base");
    expect(await failureOf(cluster.request(get("/../x")))).toMatchObject({ code: "INVALID" });
    expect(await failureOf(cluster.request({ ...get("/x"), headers: { a: "b\r\nc: d" } }))).toMatchObject({
      code: "INVALID",
    });
  });

  it("names a file that it lacks as long as it lacks it", async () => {
    const path = join(tempDir(), "token");
    const server = await startApiServer((_request, response) => answerJson(response, 200, {}));
    const credential = new UserCredential({ tokenFile: new WatchedFile(path, "The token file") });
    const cluster = clusterFor(server.url, { credential, files: [path] });
    expect(cluster.problem).toContain(path);
    expect((await failureOf(cluster.json(get("/a")))).message).toBe(cluster.problem);
    writeFileSync(path, "t");
    expect(cluster.problem).toBeUndefined();
    await cluster.json(get("/a"));
  });

  it("says in words why there is no connection", async () => {
    const refused = await failureOf(clusterFor(`http://127.0.0.1:${await closedPort()}`).request(get("/")));
    expect(refused).toMatchObject({
      code: "UNREACHABLE",
      message: expect.stringContaining("refuses connections"),
    });
    const unknown = await failureOf(clusterFor("http://porthole.invalid").request(get("/")));
    expect(unknown.message).toMatch(/porthole\.invalid:80 was not found/);
    const dropping = await startTcpServer((socket) => socket.once("data", () => socket.destroy()));
    const dropped = await failureOf(clusterFor(`http://127.0.0.1:${dropping}`).request(get("/")));
    expect(dropped.message).toContain("closed the connection before it answered");
    const talking = await startTcpServer((socket) => socket.end("220 mail.test ESMTP\r\n"));
    const mail = await failureOf(clusterFor(`http://127.0.0.1:${talking}`).request(get("/")));
    expect(mail).toMatchObject({ code: "BAD_ANSWER", message: expect.stringContaining("as an HTTP server") });
    const noTls = await startApiServer((_request, response) => response.end());
    const plain = await failureOf(clusterFor(`https://127.0.0.1:${noTls.port}`).request(get("/")));
    expect(plain.message).toContain("does not answer with TLS");
  });

  it("bounds the head of an answer", async () => {
    const server = await startApiServer((_request, response) => {
      response.setHeader("X-Large", "x".repeat(20_000));
      response.end();
    });
    const error = await failureOf(clusterFor(server.url).request(get("/")));
    expect(error).toMatchObject({ code: "BAD_ANSWER", message: expect.stringContaining("more headers") });
  });

  it("gives up connecting after ten seconds", async () => {
    // A TCP server that accepts and then says nothing: the TLS handshake never ends.
    const port = await startTcpServer(() => {});
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const pending = failureOf(clusterFor(`https://127.0.0.1:${port}`).request(get("/")));
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0), { interval: 5 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await pending).toMatchObject({
      code: "TIMEOUT",
      message: expect.stringContaining("within 10 seconds"),
    });
  });
});
