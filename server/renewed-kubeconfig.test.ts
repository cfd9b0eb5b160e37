/** A kubeconfig that is rewritten while sessions run: nobody gets in by a name or a yes that belonged to another (docs/threats.md A15). */
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SessionCreated } from "#protocol/api.ts";
import { startFaultyDemoCluster } from "#server/demo/faults/faulty-demo-cluster.ts";
import { answerJson, startApiServer } from "#server/kube/testing/api-server.ts";
import { loopbackPair } from "#server/kube/testing/certificates.ts";
import { configText, writeConfig } from "#server/kube/testing/kubeconfig.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";
import { LiveClient } from "./live-streams.fixture.ts";
import { createLogger } from "./log.ts";

const SHELL = { cluster: "c", namespace: "default", pod: "shell", container: "main", command: ["cat"] };

let edge: Edge;
let client: LiveClient;
let file: string;
let session: string;

const say = (server: string, token: string) =>
  configText({ c: { cluster: { server, "insecure-skip-tls-verify": true }, user: { token } } }, "c");
const terminal = () => client.post<SessionCreated>("/api/sessions", SHELL);

beforeEach(async () => {
  const log = createLogger("text", "silent");
  const demo = await startFaultyDemoCluster({ log, tls: loopbackPair() });
  file = writeConfig(say(demo.url, demo.tokens.admin));
  edge = await Edge.startWith(file, demo);
  client = LiveClient.machine(edge, "c");
  const made = await terminal();
  expect(made.code, JSON.stringify(made.body)).toBe(201);
  session = made.body.id;
});
afterEach(async () => {
  client.close();
  await edge.close();
});

it("who looks at a session is asked about at the API server it runs at, not at the one that has its name now", async () => {
  const generous = await startApiServer((_request, response) =>
    answerJson(response, 201, { status: { allowed: true } }),
  );
  writeFileSync(file, say(generous.url, "another"));
  await edge.reload();
  await client.view("late", session);
  expect(generous.seen).toEqual([]);
});

it("another token of the same user opens nothing by the yes to the former one, and its streams are asked about at once", async () => {
  await client.view("open", session);
  writeFileSync(file, say(edge.demo.url, edge.demo.tokens.viewer));
  await edge.reload();
  const changedAt = performance.now();
  expect((await terminal()).code).toBe(403);
  await until("the end of what was open", () => client.find("open").endedAt !== null);
  expect(performance.now() - changedAt).toBeLessThan(3_000);
});
