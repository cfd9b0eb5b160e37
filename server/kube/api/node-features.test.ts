import { expect, it, onTestFinished, vi } from "vitest";
import { answerJson, startApiServer } from "../testing/api-server.ts";
import { contextFor } from "../testing/cluster.ts";
import { NodeFeatures } from "./node-features.ts";

const POD = "/api/v1/namespaces/default/pods/web";
const NODE = "/api/v1/nodes/node-1";

async function start(nodeOf: (authorization: string | undefined) => { code: number; features?: unknown }) {
  const server = await startApiServer(({ url, headers }, response) => {
    if (url === POD) return answerJson(response, 200, { spec: { nodeName: "node-1" } });
    const { code, features } = nodeOf(headers.authorization);
    answerJson(response, code, { status: { declaredFeatures: features } });
  });
  const context = contextFor(server.url, {
    actAs: ({ user }) => ({ credential: { token: user } }),
  });
  const asked = () => server.seen.filter(({ url }) => url === NODE).length;
  return { context, nodes: new NodeFeatures(), asked };
}

it("tells whether the node declares it, and asks once for a while", async () => {
  // Before the memory is made, which reads this clock.
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const features = ["Other", "ExtendWebSocketsToKubelet"];
  const { context, nodes, asked } = await start(() => ({ code: 200, features }));
  const ask = () => nodes.extendsWebSockets(context.as(null), "default", "web");
  expect([await ask(), await ask()]).toEqual([true, true]);
  expect(asked()).toBe(1);
  vi.setSystemTime(Date.now() + 10 * 60_000);
  expect(await ask()).toBe(true);
  expect(asked()).toBe(2);
});

it.each([
  { code: 200 },
  { code: 200, features: "ExtendWebSocketsToKubelet" },
  { code: 200, features: ["Other"] },
])("takes %j for no", async (node) => {
  const { context, nodes } = await start(() => node);
  expect(await nodes.extendsWebSockets(context.as(null), "default", "web")).toBe(false);
});

it("remembers for each person apart what they may know", async () => {
  const { context, nodes, asked } = await start((who) =>
    who === "Bearer ann" ? { code: 200, features: ["ExtendWebSocketsToKubelet"] } : { code: 403 },
  );
  const ask = (user: string) => nodes.extendsWebSockets(context.as({ user, groups: [] }), "default", "web");
  expect(await ask("ann")).toBe(true);
  expect(await ask("bob")).toBeNull();
  expect([await ask("ann"), await ask("bob")]).toEqual([true, null]);
  expect(asked()).toBe(2);
});
