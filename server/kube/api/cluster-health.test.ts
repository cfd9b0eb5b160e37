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

it("tells beside a 401 that the token has expired, and before it happens that it will", async () => {
  const jwt = (inMinutes: number) => {
    const exp = Math.round(Date.now() / 1000) + inMinutes * 60;
    return `e30.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.sig`;
  };
  const health = async (code: number, minutes: number) => {
    const server = await startApiServer((_request, response) =>
      answerJson(response, code, { gitVersion: "v1.36.4" }),
    );
    return await clusterHealth(clusterFor(server.url, { user: "ann", credential: { token: jwt(minutes) } }));
  };
  const expired = await health(401, -1);
  expect(expired.problem).toMatch(/the user "ann".* The token in the kubeconfig expired at 20/);
  expect(expired.credentialExpiresAt).toBeLessThan(Date.now());
  expect(await health(200, 5)).toMatchObject({
    version: "v1.36.4",
    credentialWords: expect.stringContaining("expires at"),
  });
  const long = await health(200, 600);
  expect(long.credentialExpiresAt).toBeGreaterThan(Date.now());
  expect(long.credentialWords).toBeUndefined();
});

it("tells what is wrong with something that is no cluster", async () => {
  const page = await startApiServer((_request, response) => response.end("<html>"));
  expect(await clusterHealth(clusterAt(page.url))).toMatchObject({
    reachable: false,
    problem: expect.stringContaining("A web page (HTML) came in the place"),
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
