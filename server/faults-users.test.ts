/**
 * The four users of the demo cluster in front of each generation: `create` decides, whatever the API server alone would
 * allow, and the words name the verb that is missing.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterInfo } from "#protocol/api.ts";
import type { Refusal } from "#server/testing/v5-client.ts";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients } from "./edge-clients.fixture.ts";

const EXIT_7 = ["sh", "-c", "exit 7"];
const LACKS_GET = (subresource: string) =>
  `the WebSocket upgrade is a GET and was answered 403: this role lacks "get" on pods/${subresource}`;

describe.each(["legacy", "phase1", "phase2"])("in the generation %s", (mode) => {
  let edge: Edge;
  let clients: EdgeClients;
  beforeAll(async () => {
    edge = await Edge.start(["--demo-mode", mode, "--demo-users", "all"]);
    clients = new EdgeClients(edge);
  });
  afterAll(() => edge.close());

  it.each(["viewer", "getter"])("the %s opens no stream, and is told that it is create", async (user) => {
    const cluster = `demo-${user}`;
    const message = (subresource: string) =>
      `You may not create pods/${subresource} in default (user "${user}").`;
    const forbidden = { kind: "Status", status: "Failure", reason: "Forbidden", code: 403 };
    expect(await clients.session(EXIT_7, { cluster })).toMatchObject({
      code: 403,
      body: { ...forbidden, message: message("exec") },
    });
    const refusal = await clients.exec(EXIT_7, cluster).catch((error: Refusal) => error as Refusal);
    expect(JSON.parse((refusal as Refusal).body)).toMatchObject({ ...forbidden, message: message("exec") });
    const forward = { cluster, namespace: "default", kind: "Pod", name: "web", port: 9090 };
    expect(await clients.post("/api/forwards", forward)).toMatchObject({
      code: 403,
      body: { ...forbidden, message: message("portforward") },
    });
    const access = await clients.get(`/api/clusters/${cluster}/access?namespace=default`);
    expect(access).toMatchObject({
      exec: { allowed: false, reason: message("exec") },
      attach: { allowed: false, reason: message("attach") },
      portforward: { allowed: false, reason: message("portforward") },
      log: { allowed: true },
    });
    expect(await clients.streams()).toEqual([]);
  });

  it.each(["admin", "creator"])("the %s opens every stream, and it is said by which way", async (user) => {
    const cluster = user === "admin" ? "demo" : `demo-${user}`;
    const session = await clients.view(await clients.session(EXIT_7, { cluster }));
    expect(await session.ended()).toMatchObject({
      ending: { kind: "exited", code: 7 },
      end: { cause: "exited" },
    });
    const plain = await clients.exec(EXIT_7, cluster);
    await plain.ended();
    expect(plain.exitCode).toBe(7);
    const forward = await clients.forward({ cluster });
    expect(await forward.echoes(`for the ${user}`)).toBe(true);
    const access = await clients.get(`/api/clusters/${cluster}/access?namespace=default`);
    expect(access).toMatchObject({ exec: { allowed: true }, portforward: { allowed: true } });

    // Where it is translated is asked after it has opened; the forward's tunnel is open still.
    const ours = async () => (await clients.streams()).filter((stream) => stream.cluster === cluster);
    let streams = await ours();
    while (streams[0]?.translatedAt === "unknown") streams = await ours();
    expect(streams).toHaveLength(3);
    const overSpdy = user === "creator" || mode === "legacy";
    expect(streams[0]).toMatchObject({
      subresource: "portforward",
      translatedAt: overSpdy ? "porthole" : mode === "phase1" ? "apiserver" : "kubelet",
    });
    for (const { subresource, transport, fallback } of streams) {
      expect(transport).toBe(overSpdy ? "spdy" : "websocket");
      if (user === "creator") expect(fallback).toBe(LACKS_GET(subresource));
      else if (overSpdy) expect(fallback).toMatch(/this cluster's kubelets do not speak its subprotocol$/);
      else expect(fallback).toBeUndefined();
    }
  });
});

it("shows the admin and the viewer alone when nothing else is asked for", async () => {
  const edge = await Edge.start();
  const names = await new EdgeClients(edge).get<{ clusters: ClusterInfo[] }>("/api/clusters");
  expect(names.clusters.map(({ name, user }) => [name, user])).toEqual([
    ["demo", "admin"],
    ["demo-viewer", "viewer"],
  ]);
  await edge.close();
});
