/** What each generation of clusters speaks: the same six ways of a client, and the right answer to each. */
import { describe, expect, it } from "vitest";
import { TUNNEL_SUBPROTOCOL, V4_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { demoDialers, runCommand, shellTarget, talkThrough } from "#server/testing/demo-dialers.ts";
import { DemoStreams } from "#server/testing/demo-streams.ts";
import { until } from "#server/testing/loopback.ts";
import { execPath } from "#server/testing/v5-client.ts";
import { GENERATION_NAMES } from "./generation.ts";

const FORWARD = "/api/v1/namespaces/default/pods/web/portforward";
const POD = { namespace: "default", pod: "web" };
const ECHO_PORT = 9090;
interface NodeStatus {
  nodeInfo: { kubeletVersion: string };
  declaredFeatures?: string[];
}

const EXIT_4 = shellTarget(["sh", "-c", "cat; exit 4"]);

describe.each(GENERATION_NAMES)("a cluster of the generation %s", (mode) => {
  const streams = DemoStreams.forTests({ mode, namespaces: false });
  const legacy = mode === "legacy";

  it("says which version it is, on the API server and on its nodes", async () => {
    const { demo } = streams;
    const get = async <T>(path: string): Promise<T> => {
      const headers = { authorization: `Bearer ${demo.tokens.admin}` };
      return (await (await fetch(demo.url + path, { headers })).json()) as T;
    };
    const version = { legacy: /^v1\.28\./, phase1: /^v1\.34\./, phase2: /^v1\.36\./ }[mode];
    const { gitVersion, minor } = await get<{ gitVersion: string; minor: string }>("/version");
    expect(gitVersion).toMatch(version);
    expect(gitVersion).toContain(`.${minor}.`);
    const { items } = await get<{ items: { status: NodeStatus }[] }>("/api/v1/nodes");
    for (const { status } of items) {
      expect(status.nodeInfo.kubeletVersion).toBe(gitVersion);
      expect(status.declaredFeatures).toEqual(mode === "phase2" ? ["ExtendWebSocketsToKubelet"] : undefined);
    }
  });

  it("runs exec v4 over WebSocket", async () => {
    const client = await streams.open(execPath(["sh", "-c", "echo four; exit 3"]), [V4_SUBPROTOCOL]);
    expect(client.ws.protocol).toBe(V4_SUBPROTOCOL);
    await client.ended();
    expect([client.stdout, client.exitCode]).toEqual(["four\n", 3]);
  });

  it("takes the best it knows of an offer of both", async () => {
    const client = await streams.open(execPath(["true"]), [V5_SUBPROTOCOL, V4_SUBPROTOCOL]);
    expect(client.ws.protocol).toBe(legacy ? V4_SUBPROTOCOL : V5_SUBPROTOCOL);
    await client.ended();
    expect(client.exitCode).toBe(0);
  });

  it("runs exec over SPDY", async () => {
    const connection = await demoDialers(streams.demo).spdy.dialExec(EXIT_4);
    expect(connection.socket.subprotocol).toBe(V4_SUBPROTOCOL);
    const { stdout, status } = await runCommand(connection, "through SPDY");
    expect(stdout).toBe("through SPDY");
    expect(status?.details?.causes?.[0]?.message).toBe("4");
  });

  it("forwards a port over SPDY", async () => {
    const spdy = await demoDialers(streams.demo).spdy.dialTunnel(POD);
    expect(await talkThrough(spdy, ECHO_PORT, "plain")).toEqual({ data: "plain", error: "" });
  });

  it("forwards a port in the old WebSocket form", async () => {
    const client = await streams.open(`${FORWARD}?ports=${ECHO_PORT}`, [V4_SUBPROTOCOL]);
    client.ws.send(Buffer.from("\u0000old form"));
    await until("the echo", () => client.on(0).subarray(2).toString() === "old form");
  });

  if (legacy) {
    it("refuses exec v5 as the runtime's server does: 403, and not a word", async () => {
      const refusal = await streams.refused(execPath(["true"]), [V5_SUBPROTOCOL]);
      expect(refusal).toMatchObject({ code: 403, body: "" });
      expect(refusal.headers["content-length"]).toBeUndefined();
      await expect(demoDialers(streams.demo).webSocket.dialExec(EXIT_4)).rejects.toMatchObject({
        httpStatus: 403,
        status: null,
      });
    });

    it("refuses a tunnel as its kubelet does, which reads the ports first", async () => {
      const dialer = demoDialers(streams.demo).webSocket;
      await expect(dialer.dialTunnel(POD)).rejects.toMatchObject({
        httpStatus: 400,
        message: 'query parameter "port" is required',
        status: null,
      });
      const named = await streams.refused(`${FORWARD}?ports=8080`, ["tunnel"]);
      expect(named).toMatchObject({ code: 403, body: "" });
      const wrong = await streams.refused(`${FORWARD}?ports=0`, [V4_SUBPROTOCOL]);
      expect(wrong).toMatchObject({ code: 400, body: 'unable to parse "0" as a port' });
    });
  } else {
    it("runs exec v5, with its half-close and its status", async () => {
      const connection = await demoDialers(streams.demo).webSocket.dialExec(EXIT_4);
      expect(connection.socket.subprotocol).toBe(V5_SUBPROTOCOL);
      const { stdout, status } = await runCommand(connection, "through v5");
      expect(stdout).toBe("through v5");
      expect(status?.details?.causes?.[0]?.message).toBe("4");
    });

    it("forwards a port through a tunnel", async () => {
      const tunnel = await demoDialers(streams.demo).webSocket.dialTunnel(POD);
      expect(tunnel.subprotocol).toBe(TUNNEL_SUBPROTOCOL);
      expect(await talkThrough(tunnel, ECHO_PORT, "tunnelled")).toEqual({ data: "tunnelled", error: "" });
    });
  }
});
