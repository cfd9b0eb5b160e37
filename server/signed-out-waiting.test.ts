/** What a browser still waits for when it signs out is refused, and nothing of it is made (docs/threats.md A17). */
import { connect } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { KEY_HEADER } from "#protocol/api.ts";
import { V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { until } from "#server/testing/loopback.ts";
import { execPath } from "#server/testing/v5-client.ts";
import { Edge } from "./edge.fixture.ts";
import { LiveClient } from "./live-streams.fixture.ts";

const SHELL = { cluster: "demo", namespace: "default", pod: "shell", container: "main", command: ["cat"] };
const FORWARD = { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 8080 };
const REVIEW = "/clusters/demo/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const ATTRIBUTES = { namespace: "default", verb: "create", resource: "pods", subresource: "exec" };
/** Requests that have no answer yet show nothing by which it could be seen that they are there. */
const ARRIVED_MS = 300;
const AT_ONCE_MS = 2_000;

let edge: Edge;
beforeEach(async () => {
  edge = await Edge.start();
});
afterEach(() => edge.close());

const left = async () =>
  Promise.all(
    ["sessions", "forwards"].map(async (kind) => {
      const answer = await fetch(`${edge.origin}/api/${kind}`, { headers: edge.machine });
      return ((await answer.json()) as Record<string, unknown[]>)[kind]!.length;
    }),
  );

it("answers at once to whoever waits for an access review", async () => {
  const ann = await LiveClient.browser(edge);
  edge.demo.faults.set("review-hangs");
  const post = (path: string, asked: object) => ann.post(path, asked).then(({ code }) => code);
  const dial = (path: string) =>
    ann.dial(path, [V5_SUBPROTOCOL]).then(
      () => 101,
      (error: Error) => Number(error.message.split(" ").at(-1)),
    );
  const waiting = [
    post("/api/sessions", SHELL),
    post("/api/forwards", FORWARD),
    post(REVIEW, { spec: { resourceAttributes: ATTRIBUTES } }),
    fetch(`${edge.origin}/api/clusters/demo/access`, { headers: ann.headers }).then(({ status }) => status),
    dial(`/clusters/demo${execPath(["cat"])}`),
  ];
  await new Promise((resolve) => setTimeout(resolve, ARRIVED_MS));
  const signedOutAt = performance.now();
  expect((await ann.post("/api/logout", {})).code).toBe(204);
  expect(await Promise.all(waiting)).toEqual([401, 401, 401, 401, 401]);
  expect(performance.now() - signedOutAt).toBeLessThan(AT_ONCE_MS);
});

it("takes no body that comes afterwards", async () => {
  const headers = await edge.signIn();
  const bodies: [string, object][] = [
    ["/api/sessions", SHELL],
    ["/api/forwards", { ...FORWARD, listen: true }],
    ["/api/tickets", { path: "/x" }],
    ["/api/doctor", { cluster: "demo", namespace: "default" }],
    ["/api/clusters/demo/credential", { action: "retry" }],
    [REVIEW, { spec: { resourceAttributes: ATTRIBUTES } }],
  ];
  const held = bodies.map(([path, asked]) => {
    const body = JSON.stringify(asked);
    const lines = [`Host: 127.0.0.1:${edge.port}`, `${KEY_HEADER}: ${headers[KEY_HEADER]}`];
    lines.push("Content-Type: application/json", `Content-Length: ${body.length}`, "Connection: close");
    const one = { answer: "", finish: () => socket.write(body.slice(5)) };
    const head = `POST ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
    const socket = connect(edge.port, "127.0.0.1", () => socket.write(head + body.slice(0, 5)));
    socket.on("data", (piece) => {
      one.answer += piece.toString("latin1");
    });
    socket.on("error", () => {});
    return one;
  });
  await new Promise((resolve) => setTimeout(resolve, ARRIVED_MS));
  expect((await fetch(`${edge.origin}/api/logout`, { method: "POST", headers })).status).toBe(204);
  for (const one of held) one.finish();
  await until("all answers", () => held.every(({ answer }) => answer.includes("\r\n\r\n")));
  for (const { answer } of held) {
    expect(answer.split("\r\n")[0]).toContain("401");
    expect(answer).toContain("you signed out");
  }
  expect(await left()).toEqual([0, 0]);
});
