/** What GET /api/streams and the metrics say of streams that ended and of dials that never became one: causes, not sentences. */
import { afterEach, describe, expect, it } from "vitest";
import type { StreamDetails } from "#protocol/api.ts";
import { Edge, EXEC } from "./edge.fixture.ts";
import { EdgeClients } from "./edge-clients.fixture.ts";

const NEVER_WAS = {
  ...{ downstream: null, upstream: null, transport: null, translatedAt: null, handshakeMs: null },
  ...{ firstByteMs: null, rttMs: null, bytesUp: 0, bytesDown: 0, channels: null, openedAt: null },
};

let edge: Edge;
let clients: EdgeClients;

async function start(...flags: string[]): Promise<void> {
  edge = await Edge.start(flags);
  clients = new EdgeClients(edge);
}
afterEach(() => edge.close());

async function metrics(): Promise<string> {
  return await (await fetch(`${edge.origin}/metrics`, { headers: edge.machine })).text();
}

/** `subresource cause` -> how many, as Prometheus is told. */
async function ends(): Promise<Record<string, number>> {
  const series = (await metrics()).matchAll(
    /^porthole_stream_ends_total\{subresource="(.*?)",cause="(.*?)"\} (\d+)$/gm,
  );
  return Object.fromEntries([...series].map(([, what, cause, count]) => [`${what} ${cause}`, Number(count)]));
}

async function newest(): Promise<StreamDetails | undefined> {
  return (await clients.streams())[0];
}

describe("a dial that fails", () => {
  it("is there with the refusal's words, once, whichever wires were tried", async () => {
    await start();
    edge.demo.faults.set("refuse-upgrade=502", "refuse-spdy=503");
    expect((await clients.session()).code).toBe(503);
    const streams = await clients.streams();
    expect(streams).toHaveLength(1);
    expect(streams[0]).toMatchObject({
      ...NEVER_WAS,
      ...{ cluster: "demo", namespace: "default", pod: "shell", subresource: "exec" },
      endCause: "refused",
      ended: "refused by a fault (over WebSocket: 502 refused by a fault)",
    });
    expect(streams[0]!.endedAt).toBeGreaterThanOrEqual(streams[0]!.dialledAt);
    expect(await ends()).toEqual({ "exec refused": 1 });
  });

  it("is there when nobody answers", async () => {
    await start();
    // The right to it is known for some seconds, so the dial itself is what fails.
    await (await clients.exec(["true"])).ended();
    await edge.demo.close();
    expect((await clients.session(["true"])).code).toBe(502);
    expect(await newest()).toMatchObject({ ...NEVER_WAS, endCause: "unreachable" });
    expect(await ends()).toMatchObject({ "exec unreachable": 1 });
  });

  it("is there when the client did not wait for it", async () => {
    await start("--demo-mode", "legacy");
    edge.demo.faults.set("stall");
    const { ws } = edge.dial(EXEC);
    // The WebSocket is refused, and SPDY goes on: it is accepted, and never answered.
    await expect.poll(metrics).toMatch(/^porthole_stream_attempts_total.*"failure"\} 1$/m);
    ws.terminate();
    await expect.poll(newest).toMatchObject({ ...NEVER_WAS, endCause: "client-left" });
    expect(await ends()).toEqual({ "exec client-left": 1 });
  });

  it("is not there when it was not tried: the right to it is ours to refuse", async () => {
    await start("--demo-users", "all");
    expect((await clients.session(["cat"], { cluster: "demo-viewer" })).code).toBe(403);
    expect(await clients.streams()).toEqual([]);
    expect(await ends()).toEqual({});
  });
});

describe("the cause of an end", () => {
  it("is the command's exit, a person, or the client, and each is counted once", async () => {
    await start();
    await (await clients.exec(["true"])).ended();
    expect(await newest()).toMatchObject({ endCause: "exited", transport: "websocket" });

    const { body } = await clients.session();
    await fetch(`${edge.origin}/api/sessions/${body.id}`, { method: "DELETE", headers: edge.machine });
    expect(await newest()).toMatchObject({ endCause: "ended-by-person" });

    const plain = await clients.exec();
    plain.ws.close();
    await expect.poll(newest).toMatchObject({ endCause: "client-left" });

    expect(await ends()).toEqual({ "exec exited": 1, "exec ended-by-person": 1, "exec client-left": 1 });
  });

  it("of a forward's tunnel is whoever removed the forward", async () => {
    await start();
    const forward = await clients.forward();
    expect(await forward.echoes("hello")).toBe(true);
    expect(await newest()).toMatchObject({ subresource: "portforward", endCause: null });
    await fetch(`${edge.origin}/api/forwards/${forward.made.id}`, {
      method: "DELETE",
      headers: edge.machine,
    });
    expect(await newest()).toMatchObject({ endCause: "ended-by-person", ended: "the forward was removed" });
    expect(await ends()).toEqual({ "portforward ended-by-person": 1 });
  });

  it("is null while the stream is open", async () => {
    await start();
    const plain = await clients.exec();
    expect(await newest()).toMatchObject({ endedAt: null, ended: null, endCause: null });
    plain.ws.terminate();
    await expect.poll(newest).toMatchObject({ endCause: "lost" });
  });
});
