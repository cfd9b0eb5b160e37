/** The server role of protocol.md 3.1, against our own SPDY client over real sockets. */

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { SpdyConnection } from "#server/spdy/connection.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import { until } from "#server/testing/loopback.ts";
import { socketPair } from "#server/testing/socket-pair.ts";
import { buildPod } from "../objects/pods.ts";
import { createTcpEcho } from "../pod-servers/echo.ts";
import { PodPorts } from "./pod-ports.ts";
import { PortForwardServer } from "./portforward-server.ts";

const ECHO_PORT = 9090;
const DECLARED_PORT = 6379;

const pod = buildPod({
  name: "web",
  namespace: "default",
  createdAt: 0,
  node: { name: "n", address: "10.0.0.1" },
  containers: [{ name: "app", image: "i", command: ["c"], ports: [{ name: "redis", port: DECLARED_PORT }] }],
});

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

async function connect(options: { pairTimeoutMs?: number; blocked?: number[]; server?: Server } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "porthole-test-"));
  const ports = new PodPorts(directory, new Set(options.blocked));
  await ports.serve("default", "web", ECHO_PORT, options.server ?? createTcpEcho());
  const { near, far, close } = await socketPair();
  const seen = { ended: false };
  const server = new PortForwardServer(far, {
    dial: (port) => ports.dial(pod, port),
    onEnd: () => {
      seen.ended = true;
    },
    ...(options.pairTimeoutMs && { pairTimeoutMs: options.pairTimeoutMs }),
  });
  const client = new SpdyConnection(near, { role: "client" });
  cleanups.push(() => {
    client.destroy();
    server.close();
    ports.close();
    close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { client, server, seen };
}

let lastRequestId = 0;

/** A pair as client-go opens it: the error stream, its end, the data stream. */
async function openPair(client: SpdyConnection, port: number | string) {
  const requestid = String(lastRequestId++);
  const error = client.createStream({ streamtype: "error", port: String(port), requestid });
  await error.replied;
  error.end();
  const data = client.createStream({ streamtype: "data", port: String(port), requestid });
  await data.replied;
  return { error: collect(error), data: collect(data), stream: data };
}

function collect(stream: SpdyStream) {
  const seen = { text: "", ended: false };
  stream.on("data", (chunk: Buffer) => {
    seen.text += chunk.toString();
  });
  stream.on("end", () => {
    seen.ended = true;
  });
  return seen;
}

describe("a pair", () => {
  it("carries bytes both ways, and the client's end does not cut the answer", async () => {
    const { client } = await connect();
    const { data, error, stream } = await openPair(client, ECHO_PORT);
    const text = "0123456789".repeat(50_000);
    stream.end(text);
    await until("both ends", () => data.ended && error.ended);
    expect(data.text.length).toBe(text.length);
    expect(error.text).toBe("");
  });

  it("passes the client's end on and waits for an answer that takes longer than a second", async () => {
    const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      socket.resume().on("end", () => setTimeout(() => socket.end("late answer"), 1_300));
    });
    const { client } = await connect({ server });
    const { data, error, stream } = await openPair(client, ECHO_PORT);
    stream.end("question");
    await until("the answer", () => data.ended && error.ended);
    expect(data.text).toBe("late answer");
  });

  it("lets the client go on sending after the server's end", async () => {
    let received = "";
    const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      socket.end("bye");
      socket.on("data", (chunk) => {
        received += chunk.toString();
      });
    });
    const { client } = await connect({ server });
    const { data, error, stream } = await openPair(client, ECHO_PORT);
    await until("the server's end", () => data.ended);
    expect(error.ended).toBe(false);
    stream.end("still sending");
    await until("the rest", () => error.ended);
    expect(received).toBe("still sending");
  });

  it("ends when the client resets its data stream, and the connection into the pod with it", async () => {
    let open = 0;
    const server = createServer((socket: Socket) => {
      open += 1;
      socket
        .on("error", () => {})
        .on("close", () => {
          open -= 1;
        });
      socket.resume();
    });
    const { client } = await connect({ server });
    const { error, stream } = await openPair(client, ECHO_PORT);
    await until("the connection", () => open === 1);
    stream.reset();
    await until("its end", () => open === 0 && error.ended);
  });

  it("does not fill memory for a client that does not read", async () => {
    let written = 0;
    const server = createServer((socket: Socket) => {
      socket.on("error", () => {});
      const block = Buffer.alloc(1024 * 1024);
      const more = () => {
        written += block.byteLength;
        if (written < 512 * block.byteLength) socket.write(block, more);
      };
      more();
    });
    const { client } = await connect({ server });
    const requestid = String(lastRequestId++);
    const error = client.createStream({ streamtype: "error", port: String(ECHO_PORT), requestid });
    const stream = client.createStream({ streamtype: "data", port: String(ECHO_PORT), requestid });
    await Promise.all([error.replied, stream.replied]);
    let stalledAt = -1;
    await until("the writer to stall", () => {
      const stalled = stalledAt === written;
      stalledAt = written;
      return stalled;
    });
    expect(written).toBeLessThan(100 * 1024 * 1024);
  });
});

describe("a pair that fails", () => {
  it("says in containerd's words that nothing listens, and fails alone", async () => {
    const { client } = await connect();
    const good = await openPair(client, ECHO_PORT);
    const bad = await openPair(client, DECLARED_PORT);
    await until("the refusal", () => bad.error.ended && bad.data.ended);
    expect(bad.error.text).toMatch(
      /^error forwarding port 6379 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace "[^"]+": .*connection refused/,
    );
    expect(bad.stream.resetStatus).toBe(5);
    good.stream.end("still works");
    await until("the echo", () => good.data.ended);
    expect(good.data.text).toBe("still works");
  });

  it.each(["0", "65536", "-1", "1e3", "80@evil", "", "٣"])(
    "with port %j is reset, the connection lives",
    async (port) => {
      const { client } = await connect();
      const stream = client.createStream({ streamtype: "error", port, requestid: "x" });
      await expect(stream.replied).rejects.toThrow();
      expect(client.ended).toBe(false);
    },
  );

  it("of an unknown type, or twice of one, is reset", async () => {
    const { client } = await connect();
    const headers = { port: String(ECHO_PORT), requestid: "7" };
    await expect(client.createStream({ ...headers, streamtype: "stdin" }).replied).rejects.toThrow();
    const first = client.createStream({ ...headers, streamtype: "error" });
    await first.replied;
    await expect(client.createStream({ ...headers, streamtype: "error" }).replied).rejects.toThrow();
    expect(first.resetStatus).toBeNull();
  });

  it("by staying incomplete is told so after the limit", async () => {
    const { client } = await connect({ pairTimeoutMs: 50 });
    const headers = { port: String(ECHO_PORT), requestid: "9" };
    const error = client.createStream({ ...headers, streamtype: "error" });
    const seen = collect(error);
    await until("the text", () => seen.ended);
    expect(seen.text).toBe("(request=9) timed out waiting for streams");
    const data = client.createStream({ ...headers, requestid: "10", streamtype: "data" });
    await data.replied;
    await until("the reset", () => data.resetStatus !== null);
  });
});

it("pairs the streams of old clients, which send no request id, by their stream ids", async () => {
  const { client } = await connect();
  const headers = { port: String(ECHO_PORT) };
  const error = client.createStream({ ...headers, streamtype: "error" });
  const data = client.createStream({ ...headers, streamtype: "data" });
  const seen = collect(data);
  await Promise.all([error.replied, data.replied]);
  data.end("old");
  await until("the echo", () => seen.ended);
  expect(seen.text).toBe("old");
});

it("closes the connections into the pod when the client is gone", async () => {
  let open = 0;
  const server = createServer((socket: Socket) => {
    open += 1;
    socket
      .on("error", () => {})
      .on("close", () => {
        open -= 1;
      });
    socket.resume();
  });
  const { client, seen } = await connect({ server });
  await openPair(client, ECHO_PORT);
  await until("the connection", () => open === 1);
  client.destroy();
  await until("the end", () => open === 0 && seen.ended);
});

describe("an undeclared port", () => {
  it("is that port of this machine, unless it is blocked", async () => {
    const machine = createServer((socket: Socket) => socket.end("of this machine"));
    await new Promise<void>((resolve) => machine.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => machine.close());
    const { port } = machine.address() as { port: number };

    const open = await connect();
    const pair = await openPair(open.client, port);
    await until("the text", () => pair.data.ended);
    expect(pair.data.text).toBe("of this machine");

    const closed = await connect({ blocked: [port] });
    const refused = await openPair(closed.client, port);
    await until("the refusal", () => refused.error.ended);
    expect(refused.error.text).toContain("connection refused");
  });
});
