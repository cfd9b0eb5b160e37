/**
 * Clients of one wire in front of a way up that passes only the other: a kubectl that knows SPDY alone works through a
 * proxy that passes only WebSockets, and the reverse. Both ends are spoken by our own dialers, so this shows that each
 * leg is chosen apart; e2e/matrix and e2e/reference show the same against upstream code.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { V4_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { ApiContext } from "#server/kube/api/api-context.ts";
import { SpdyDialer } from "#server/stream/dial/spdy-dialer.ts";
import { WebSocketDialer } from "#server/stream/dial/websocket-dialer.ts";
import { runCommand, shellTarget, talkThrough } from "#server/testing/demo-dialers.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge, EXEC } from "./edge.fixture.ts";
import { EdgeClients } from "./edge-clients.fixture.ts";

const ECHO_PORT = 9090;
const WIRES = ["websocket", "spdy"] as const;

let edge: Edge;
beforeEach(async () => {
  edge = await Edge.start();
});
afterEach(() => edge.close());

/** Porthole itself as an API server. */
function dialer(wire: (typeof WIRES)[number]) {
  const server = `${edge.origin}/clusters/demo`;
  const context = new ApiContext({ name: "edge", server, user: "test", credential: { token: edge.token } });
  const cluster = context.as(null);
  return wire === "websocket" ? new WebSocketDialer(cluster) : new SpdyDialer(cluster);
}

describe.each(WIRES)("a client that speaks %s", (client) => {
  it.each(WIRES)("works where the way up passes %s alone", async (passed) => {
    edge.demo.faults.set(passed === "spdy" ? "refuse-upgrade=405" : "refuse-spdy=405");
    const exec = await dialer(client).dialExec(shellTarget(["sh", "-c", "cat; exit 3"]));
    expect(exec.socket.transport).toBe(client);
    const { stdout, status } = await runCommand(exec, "through both");
    expect(stdout).toBe("through both");
    expect(status?.details?.causes?.[0]?.message).toBe("3");

    const tunnel = await dialer(client).dialTunnel({ namespace: "default", pod: "web" });
    expect(await talkThrough(tunnel, ECHO_PORT, "a port")).toEqual({ data: "a port", error: "" });

    const [forward, command] = await new EdgeClients(edge).streams();
    const subprotocols = {
      websocket: { exec: "v5.channel.k8s.io", portforward: "SPDY/3.1+portforward.k8s.io" },
      spdy: { exec: "v4.channel.k8s.io", portforward: "portforward.k8s.io" },
    };
    expect([command?.downstream, command?.upstream]).toEqual([
      subprotocols[client].exec,
      subprotocols[passed].exec,
    ]);
    expect([forward?.downstream, forward?.upstream]).toEqual([
      subprotocols[client].portforward,
      subprotocols[passed].portforward,
    ]);
  });
});

describe("a client that speaks the old WebSocket, v4", () => {
  it.each([
    ["spdy", "v4.channel.k8s.io", []],
    ["websocket where SPDY does not pass", "v5.channel.k8s.io", ["refuse-spdy=405"]],
  ])("goes up over %s, so that its command ends with it", async (_wire, up, faults) => {
    edge.demo.faults.set(...faults);
    const { ws, opened, seen } = edge.dial(EXEC, [V4_SUBPROTOCOL]);
    await opened;
    ws.send(Buffer.from("\0hello"));
    await until("the echo", () => Buffer.concat(seen.frames).includes("hello"));
    const [stream] = await new EdgeClients(edge).streams();
    expect(stream).toMatchObject({ downstream: V4_SUBPROTOCOL, upstream: up });
    ws.terminate();
  });
});
