/** What clients without v5 and without the tunnel speak: SPDY, and the old WebSocket port-forward. */
import { request } from "node:http";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { decodeStatus } from "#protocol/status.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import { DemoStreams } from "#server/testing/demo-streams.ts";
import { until } from "#server/testing/loopback.ts";
import { readAll } from "#server/testing/spdy-pair.ts";
import { execPath } from "#server/testing/v5-client.ts";

const streams = DemoStreams.forTests();
const connections: SpdyConnection[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.destroy();
});

/** POST, Upgrade: SPDY/3.1. Rejects with the HTTP code of a refusal. */
function upgrade(path: string, versions: string[], token = streams.demo.tokens.admin) {
  return new Promise<{ connection: SpdyConnection; version: string }>((resolve, reject) => {
    const asked = request(`${streams.demo.url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        connection: "Upgrade",
        upgrade: "SPDY/3.1",
        "x-stream-protocol-version": versions,
        "content-length": 0,
      },
    });
    asked.on("upgrade", (response, socket: Duplex, head) => {
      if (head.byteLength > 0) socket.unshift(head);
      const connection = new SpdyConnection(socket, { role: "client" });
      connections.push(connection);
      resolve({ connection, version: String(response.headers["x-stream-protocol-version"]) });
    });
    asked.on("response", (response) => {
      response.resume();
      reject(response.statusCode);
    });
    asked.on("error", reject).end();
  });
}

describe("exec over SPDY", () => {
  it("runs a command, with an end of input and a Status on the error stream", async () => {
    const path = execPath(["sh", "-c", "cat; echo err >&2; exit 4"], { stdin: "true" });
    const { connection, version } = await upgrade(path, ["v5.channel.k8s.io", "v4.channel.k8s.io"]);
    expect(version).toBe("v4.channel.k8s.io");
    const [error, stdin, stdout, stderr] = ["error", "stdin", "stdout", "stderr"].map((streamtype) =>
      connection.createStream({ streamtype }),
    );
    const read = Promise.all([readAll(error!), readAll(stdout!), readAll(stderr!)]);
    stdin!.end("in\n");
    const [status, out, err] = await read;
    expect([out.toString(), err.toString()]).toEqual(["in\n", "err\n"]);
    expect(decodeStatus(status)).toMatchObject({
      reason: "NonZeroExitCode",
      details: { causes: [{ message: "4" }] },
    });
  });

  it("is refused without a version in common, and to the viewer", async () => {
    await expect(upgrade(execPath(["ls"]), ["v9.channel.k8s.io"])).rejects.toBe(403);
    await expect(upgrade(execPath(["ls"]), ["v4.channel.k8s.io"], streams.demo.tokens.viewer)).rejects.toBe(
      403,
    );
  });
});

describe("port-forward", () => {
  const path = "/api/v1/namespaces/default/pods/web/portforward";

  it("serves a pair over plain SPDY", async () => {
    const { connection } = await upgrade(path, ["portforward.k8s.io"]);
    const headers = { port: "8080", requestid: "0" };
    const error = connection.createStream({ streamtype: "error", ...headers });
    await error.replied;
    error.end();
    const data = connection.createStream({ streamtype: "data", ...headers });
    await data.replied;
    data.end("GET /whoami HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n");
    expect((await readAll(data)).toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*web\n$/);
    expect((await readAll(error)).toString()).toBe("");
  });

  it("serves the old WebSocket form: the port on each channel first, then bytes", async () => {
    const client = await streams.open(`${path}?ports=9090`, ["v4.channel.k8s.io"]);
    client.ws.send(Buffer.from("\u0000echo me"));
    await until("the echo", () => client.on(0).toString("latin1").endsWith("echo me"));
    const port = Buffer.of(9090 & 0xff, 9090 >> 8);
    expect(client.on(0)).toEqual(Buffer.concat([port, Buffer.from("echo me")]));
    expect(client.on(1)).toEqual(port);
  });

  it("is refused without a protocol that could carry it", async () => {
    expect((await streams.refused(path, ["v5.channel.k8s.io"])).code).toBe(400);
    expect((await streams.refused(`${path}?ports=0`, ["v4.channel.k8s.io"])).code).toBe(400);
  });
});
