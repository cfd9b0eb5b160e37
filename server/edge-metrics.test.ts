/** GET /metrics after streams that went each way: what Prometheus is told, under which names, as docs/metrics.md says. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients } from "./edge-clients.fixture.ts";

const PAGE = join(import.meta.dirname, "..", "docs", "metrics.md");

let edge: Edge;
let clients: EdgeClients;
beforeAll(async () => {
  edge = await Edge.start(["--demo-users", "all"]);
  clients = new EdgeClients(edge);
});
afterAll(() => edge.close());

async function scrape(): Promise<string> {
  const answer = await fetch(`${edge.origin}/metrics`, { headers: edge.machine });
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=/);
  return await answer.text();
}

/** The value of one series; labels in any order. Undefined: there is none. */
async function value(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  for (const line of (await scrape()).split("\n")) {
    const [, found, text = "", number] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const wanted = Object.entries(labels).map(([key, label]) => `${key}="${label}"`);
    if (found === name && wanted.join() === text.split(",").filter(Boolean).join()) return Number(number);
  }
  return undefined;
}

describe("what streams leave in the metrics", () => {
  it("a command over WebSocket: one attempt, its handshake, its first byte, its bytes", async () => {
    const client = await clients.exec(["sh", "-c", "printf 12345"]);
    await client.ended();
    const exec = { subresource: "exec" };
    const websocket = { ...exec, protocol: "websocket" };
    expect(await value("porthole_stream_attempts_total", { ...websocket, result: "success" })).toBe(1);
    expect(await value("porthole_stream_handshake_seconds_count", websocket)).toBe(1);
    expect(await value("porthole_stream_first_byte_seconds_count", exec)).toBe(1);
    const down = await value("porthole_stream_bytes_total", { ...exec, direction: "down" });
    // The output and the status.
    expect(down).toBeGreaterThan(5);
    expect(await value("porthole_stream_fallbacks_total", { ...exec, reason: "lacks_get" })).toBeUndefined();
  });

  it("a fallback: a failure of one protocol, a success of the other, and the reason", async () => {
    const client = await clients.exec(["true"], "demo-creator");
    await client.ended();
    const attempt = (protocol: string, result: string) =>
      value("porthole_stream_attempts_total", { subresource: "exec", protocol, result });
    expect(await attempt("websocket", "failure")).toBe(1);
    expect(await attempt("spdy", "success")).toBe(1);
    expect(await value("porthole_stream_fallbacks_total", { subresource: "exec", reason: "lacks_get" })).toBe(
      1,
    );
  });

  it("streams that are open: counted where they are translated, and their bytes before they end", async () => {
    const overWebSocket = await clients.exec();
    const overSpdy = await clients.exec(["cat"], "demo-creator");
    const active = (where: string) =>
      value("porthole_active_streams", { subresource: "exec", translated_at: where });
    await expect.poll(() => active("kubelet")).toBe(1);
    expect(await active("porthole")).toBe(1);
    const up = { subresource: "exec", direction: "up" };
    const channels = async () =>
      (await clients.streams()).find(({ cluster }) => cluster === "demo")?.channels;
    const before = (await value("porthole_stream_bytes_total", up)) ?? 0;
    overWebSocket.stdin("ten bytes\n");
    await overWebSocket.untilStdout("ten bytes\n");
    expect(await value("porthole_stream_bytes_total", up)).toBe(before + 10);
    // By channel as well, while it is open; the frame that ends stdin carries nothing.
    expect(await channels()).toEqual({ stdin: 10, stdout: 10, stderr: 0, error: 0, resize: 0 });
    for (const client of [overWebSocket, overSpdy]) {
      client.closeStdin();
      await client.ended();
    }
    await expect.poll(() => active("kubelet")).toBe(0);
    expect(await active("porthole")).toBe(0);
    // Counted once, whenever it was scraped.
    expect(await value("porthole_stream_bytes_total", up)).toBeLessThan(before + 20);
  });

  it("a port: its tunnel, and its bytes both ways", async () => {
    const forward = await clients.forward();
    expect(await forward.echoes("hello")).toBe(true);
    const portforward = { subresource: "portforward" };
    const websocket = { ...portforward, protocol: "websocket" };
    expect(await value("porthole_stream_attempts_total", { ...websocket, result: "success" })).toBe(1);
    for (const direction of ["up", "down"]) {
      const bytes = await value("porthole_stream_bytes_total", { ...portforward, direction });
      expect(bytes).toBeGreaterThan(5);
    }
    expect(await value("porthole_forwards")).toBe(1);
  });

  it("a port-forward whose client vanishes ended because of the client", async () => {
    const path = "/clusters/demo/api/v1/namespaces/default/pods/web/portforward";
    const tunnel = edge.upgradeTo(path, {
      "Sec-WebSocket-Protocol": "SPDY/3.1+portforward.k8s.io",
      Authorization: edge.machine.authorization,
    });
    const socket = connect(edge.port, "127.0.0.1", () => socket.write(tunnel.replaceAll("\n", "\r\n")));
    await once(socket, "data");
    const ours = async () =>
      (await clients.streams()).find(({ downstream }) => downstream?.endsWith("portforward.k8s.io"));
    await expect.poll(async () => (await ours())?.endedAt).toBeNull();
    socket.resetAndDestroy();
    await expect.poll(async () => (await ours())?.ended).toMatch(/^the client left: /);
    expect(await ours()).toMatchObject({ endCause: "lost" });
  });

  it("a stream that create does not allow is no attempt", async () => {
    const attempts = async () => (await scrape()).match(/^porthole_stream_attempts_total.*$/gm);
    const before = await attempts();
    await expect(clients.exec(["true"], "demo-viewer")).rejects.toMatchObject({ code: 403 });
    expect(await attempts()).toEqual(before);
  });
});

describe("the names", () => {
  it("follow Prometheus' conventions", async () => {
    const types = [...(await scrape()).matchAll(/^# TYPE (porthole_\w+) (\w+)$/gm)];
    expect(types.length).toBeGreaterThan(8);
    for (const [, name, type] of types) {
      if (type === "counter") expect(name).toMatch(/_total$/);
      else if (type === "histogram") expect(name).toMatch(/_seconds$/);
      else expect(name).not.toMatch(/_total$|_count$|_sum$/);
    }
  });

  it("and the labels are all on the page, and no others", async () => {
    const text = await scrape();
    const rows = [...readFileSync(PAGE, "utf8").matchAll(/^\| `(porthole_\w+)` \|([^|]*)\|/gm)];
    const documented = new Map(rows.map(([, name, labels]) => [name, [...labels!.matchAll(/\w+/g)].join()]));
    const names = [...text.matchAll(/^# TYPE (porthole_\w+) /gm)].map(([, name]) => name);
    expect([...documented.keys()].sort()).toEqual([...names].sort());
    for (const [, name, labels] of text.matchAll(/^(porthole_\w+)\{([^}]*)\}/gm)) {
      const metric = name!.replace(/_(bucket|sum|count)$/, "");
      const own = [...labels!.matchAll(/(\w+)="/g)]
        .map(([, label]) => label)
        .filter((label) => label !== "le");
      expect(`${metric} ${own.join()}`).toBe(`${metric} ${documented.get(metric)}`);
    }
  });
});
