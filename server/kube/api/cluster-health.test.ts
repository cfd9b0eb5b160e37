import { expect, it } from "vitest";
import { UnusableContext } from "../config/unusable-context.ts";
import { answerJson, closedPort, startApiServer } from "../testing/api-server.ts";
import { clusterFor } from "../testing/cluster.ts";
import { clusterHealth } from "./cluster-health.ts";

const clusterAt = (server: string) => clusterFor(server, { user: "ann", credential: { token: "t" } });

it("tells version and latency", async () => {
  const server = await startApiServer((_request, response) =>
    answerJson(response, 200, { gitVersion: "v1.36.4" }),
  );
  expect(await clusterHealth(clusterAt(server.url))).toEqual({
    reachable: true,
    version: "v1.36.4",
    latencyMs: expect.any(Number),
  });
  expect(server.seen[0]?.url).toBe("/version");
});

it("tells a refusal with its code, and that an answer came", async () => {
  const server = await startApiServer((_request, response) => answerJson(response, 401, {}));
  expect(await clusterHealth(clusterAt(server.url))).toMatchObject({
    reachable: true,
    code: 401,
    problem: expect.stringContaining('the user "ann"'),
  });
});

it("tells what is wrong with something that is no cluster", async () => {
  const page = await startApiServer((_request, response) => response.end("<html>"));
  expect(await clusterHealth(clusterAt(page.url))).toMatchObject({
    reachable: false,
    problem: expect.stringContaining("JSON"),
  });
  const other = await startApiServer((_request, response) => answerJson(response, 200, { version: 3 }));
  expect(await clusterHealth(clusterAt(other.url))).toMatchObject({
    reachable: true,
    problem: expect.any(String),
  });
});

it("tells why there is no connection, and why a context cannot be used", async () => {
  const gone = await clusterHealth(clusterAt(`http://127.0.0.1:${await closedPort()}`));
  expect(gone).toEqual({ reachable: false, problem: expect.stringContaining("refuses connections") });
  const facts = { name: "x", namespace: "default", user: "", server: "" };
  const unusable = new UnusableContext(facts, "it names no cluster");
  expect(await clusterHealth(unusable.as(null))).toEqual({
    reachable: false,
    problem: "it names no cluster",
  });
});
