/** Clients that do not do what they are told at the end: signing out ends their streams all the same (docs/threats.md A17). */
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TicketInfo } from "#protocol/api.ts";
import { TICKET_PREFIX, V4_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";

const PODS = "/clusters/demo/api/v1/namespaces/default/pods";
const SPDY = { Upgrade: "SPDY/3.1", "X-Stream-Protocol-Version": "v4.channel.k8s.io" };
/** Each is sent the request for a stream, and not a byte after it. */
const CLIENTS = {
  "a SPDY exec that opens no streams": ["shell/exec", "?container=main&stdin=true&command=cat", "", SPDY],
  "a SPDY attach that opens no streams": ["shell/attach", "?container=main&stdout=true", "", SPDY],
  "a port-forward of the old form": ["web/portforward", "?ports=8080", V4_SUBPROTOCOL, {}],
  "a tunnel": ["web/portforward", "", "SPDY/3.1+portforward.k8s.io", {}],
} as const;

let edge: Edge;
let signedOutAt: number;
const sockets: Socket[] = [];
const closedAt = new Map<string, number>();

beforeAll(async () => {
  edge = await Edge.start();
  const headers = { ...(await edge.signIn()), "content-type": "application/json" };
  const post = (path: string, body: object) =>
    fetch(edge.origin + path, { method: "POST", headers, body: JSON.stringify(body) });
  for (const [name, [pod, query, offered, more]] of Object.entries(CLIENTS)) {
    const path = `${PODS}/${pod}`;
    const { ticket } = (await (await post("/api/tickets", { path })).json()) as TicketInfo;
    const socket = connect({ host: "127.0.0.1", port: edge.port, allowHalfOpen: true });
    sockets.push(socket);
    let answer = "";
    socket.on("data", (piece) => {
      answer += piece.toString("latin1");
    });
    socket.on("error", () => {});
    for (const event of ["end", "close"])
      socket.on(event, () => closedAt.set(name, closedAt.get(name) ?? performance.now()));
    const protocols = [offered, TICKET_PREFIX + ticket].filter(Boolean).join(", ");
    const lines = { Origin: edge.origin, "Sec-WebSocket-Protocol": protocols, ...more };
    socket.write(edge.upgradeTo(path + query, lines).replaceAll("\n", "\r\n"));
    await until(`the answer to ${name}`, () => answer.includes("\r\n\r\n"));
    expect(answer.split("\r\n")[0], answer).toContain("101");
  }
  await until("the API server's streams", () => edge.demo.openStreams === sockets.length);
  signedOutAt = performance.now();
  expect((await post("/api/logout", {})).status).toBe(204);
}, 30_000);
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await edge.close();
});

it.each(Object.keys(CLIENTS))("%s is dropped from who signs out", async (name) => {
  await until("its end", () => closedAt.has(name));
  expect(closedAt.get(name)! - signedOutAt).toBeLessThan(2_000);
});

it("and the API server has none of their streams", async () => {
  await until("the end of all", () => edge.demo.openStreams === 0);
});
