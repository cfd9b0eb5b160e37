/** Two people on one context, in turn: what one of them was told is never the other's answer, whoever remembers it. */
import { expect, it } from "vitest";
import { Verdicts } from "#server/access/verdicts.ts";
import { NodeFeatures } from "#server/kube/api/node-features.ts";
import { answerJson, startApiServer } from "#server/kube/testing/api-server.ts";
import { contextFor } from "#server/kube/testing/cluster.ts";
import type { Cluster } from "#server/kube/types.ts";
import { FallbackDialer } from "#server/stream/dial/fallback-dialer.ts";
import { FallbackPolicy } from "#server/stream/dial/fallback-policy.ts";
import { SpdyDialer } from "#server/stream/dial/spdy-dialer.ts";
import { WebSocketDialer } from "#server/stream/dial/websocket-dialer.ts";

const POD = { namespace: "default", pod: "web" };
const RIGHT = { namespace: "default", verb: "create", resource: "pods", subresource: "portforward" };

/** Ann may everything but open a WebSocket; Bob may nothing, and no WebSocket is refused for his role's sake. */
async function start() {
  const server = await startApiServer(
    ({ url, headers }, response) => {
      const ann = headers.authorization === "Bearer ann";
      if (url.endsWith("/selfsubjectaccessreviews")) answerJson(response, 201, { status: { allowed: ann } });
      else if (url.endsWith("/pods/web")) answerJson(response, 200, { spec: { nodeName: "node-1" } });
      else if (ann)
        answerJson(response, 200, { status: { declaredFeatures: ["ExtendWebSocketsToKubelet"] } });
      else answerJson(response, 403, { kind: "Status", message: "forbidden", code: 403 });
    },
    undefined,
    ({ method, headers }, socket) => {
      const ann = headers.authorization === "Bearer ann";
      if (ann && method === "POST") {
        socket.once("end", () => socket.destroy());
        socket.write(
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n",
        );
      } else socket.end(`HTTP/1.1 ${ann ? 403 : 404} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    },
  );
  const context = contextFor(server.url, { actAs: ({ user }) => ({ credential: { token: user } }) });
  const as = (user: string): Cluster => context.as({ user, groups: [] });
  return { server, as };
}

it("have verdicts and node features of their own", async () => {
  const { as } = await start();
  const verdicts = new Verdicts();
  const nodes = new NodeFeatures();
  for (let round = 0; round < 3; round++) {
    for (const [user, allowed, extended] of [
      ["ann", true, true],
      ["bob", false, null],
    ] as const) {
      expect((await verdicts.recent(as(user), RIGHT)).verdict.allowed).toBe(allowed);
      expect(await nodes.extendsWebSockets(as(user), POD.namespace, POD.pod)).toBe(extended);
    }
  }
});

it("have a memory of fallbacks of their own", async () => {
  const { server, as } = await start();
  const policy = new FallbackPolicy({});
  const dial = (user: string) => {
    const cluster = as(user);
    const dialer = new FallbackDialer(
      new WebSocketDialer(cluster),
      new SpdyDialer(cluster),
      policy,
      cluster.key,
    );
    return dialer.dialTunnel(POD);
  };
  const methods = (user: string) =>
    server.seen
      .filter(({ headers }) => headers.authorization === `Bearer ${user}`)
      .map(({ method }) => method);
  for (let round = 0; round < 2; round++) {
    const { bytes, transport } = await dial("ann");
    bytes.destroy();
    expect(transport).toBe("spdy");
    await expect(dial("bob")).rejects.toMatchObject({ httpStatus: 404 });
  }
  // What was remembered of Ann's role spares her the second WebSocket, and Bob none.
  expect(methods("ann")).toEqual(["GET", "POST", "POST"]);
  expect(methods("bob")).toEqual(["GET", "GET"]);
});
