import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DoctorStep } from "#protocol/doctor.ts";
import { Addresses } from "#server/access/addresses.ts";
import { Auth } from "#server/access/auth.ts";
import { Grants } from "#server/access/grants.ts";
import { ApiContext } from "#server/kube/api/api-context.ts";
import { ContextRegistry } from "#server/kube/config/cluster-registry.ts";
import { type Loopback, listenOnLoopback, until } from "#server/testing/loopback.ts";
import { sendError } from "../error-response.ts";
import { Router } from "../router.ts";
import { doctorRoutes } from "./doctor-routes.ts";

const TOKEN = "launch-token-of-the-test-0123456789";

let apiServer: Server;
/** Requests that the API server has not answered yet. */
let waiting: Socket[];
let porthole: Loopback;

beforeEach(async () => {
  waiting = [];
  // Takes requests and answers none: a run of the doctor stays at its version step.
  apiServer = createServer((incoming) => waiting.push(incoming.socket));
  await new Promise<void>((resolve) => apiServer.listen(0, "127.0.0.1", resolve));
  const { port } = apiServer.address() as AddressInfo;
  const clusters = new ContextRegistry();
  clusters.add(new ApiContext({ name: "slow", server: `http://127.0.0.1:${port}` }));
  let router: Router;
  porthole = await listenOnLoopback({
    request: (incoming, response) => {
      const url = new URL(incoming.url ?? "", porthole.origin);
      router.dispatch(incoming, response, url).catch((error) => sendError(response, error));
    },
  });
  const address = { host: "127.0.0.1", port: porthole.port, tls: false };
  const addresses = new Addresses({ ...address, publicUrl: undefined, previewDomain: undefined });
  router = new Router(
    doctorRoutes(clusters, new Grants()),
    new Auth({ value: TOKEN, chosen: true }, addresses, porthole.port),
  );
});

afterEach(async () => {
  await porthole.close();
  apiServer.closeAllConnections();
  await new Promise((resolve) => apiServer.close(resolve));
});

function post(body: unknown, token = TOKEN): Promise<{ response: IncomingMessage; hangUp(): void }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${porthole.origin}/api/doctor`,
      {
        method: "POST",
        agent: false,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      },
      (response) => {
        response.on("error", () => {});
        resolve({ response, hangUp: () => asked.destroy() });
      },
    );
    asked.on("error", reject);
    asked.end(JSON.stringify(body));
  });
}

async function bodyOf({ response }: { response: IncomingMessage }): Promise<Record<string, unknown>> {
  let text = "";
  for await (const piece of response) text += piece;
  return JSON.parse(text);
}

const WANTED = { cluster: "slow", namespace: "default", pod: "web", idleSeconds: 0 };

describe("POST /api/doctor", () => {
  it("sends findings as they come, each a line, and no proxy keeps them back", async () => {
    const { response, hangUp } = await post(WANTED);
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
    expect(response.headers["x-accel-buffering"]).toBe("no");
    let text = "";
    response.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    await until("the version step", () => text.includes('"name":"version"'));
    const steps = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as DoctorStep);
    expect(steps[1]).toMatchObject({ name: "context", result: "ok" });
    expect(steps.at(-1)).toMatchObject({ name: "version", result: "running" });
    hangUp();
  });

  it("gives the way up when the page goes", async () => {
    const { hangUp } = await post(WANTED);
    await until("the doctor's question", () => waiting.length > 0);
    hangUp();
    await until("the doctor to hang up", () => waiting.every((socket) => socket.destroyed));
  });

  it("runs a few at once and no more, and frees the place of one that ended", async () => {
    const runs = [await post(WANTED), await post(WANTED), await post(WANTED), await post(WANTED)];
    const fifth = await post(WANTED);
    expect(fifth.response.statusCode).toBe(429);
    expect((await bodyOf(fifth)).message).toContain("busy");
    runs[0]!.hangUp();
    await until("a free place", () => waiting.some((socket) => socket.destroyed));
    const next = await post(WANTED);
    expect(next.response.statusCode).toBe(200);
    for (const run of [...runs, next]) run.hangUp();
  });

  it.each([
    [{ ...WANTED, cluster: "other" }, 404, /no cluster called "other"/],
    [{ ...WANTED, pod: "../secrets" }, 400, /not a valid pod/],
    [{ ...WANTED, namespace: undefined }, 400, /not a valid namespace/],
    [{ ...WANTED, idleSeconds: 601 }, 400, /idleSeconds/],
    [{ ...WANTED, pod: undefined, container: "app" }, 400, /container needs a pod/],
  ])("refuses %j", async (body, code, words) => {
    const answer = await post(body);
    expect(answer.response.statusCode).toBe(code);
    expect((await bodyOf(answer)).message).toMatch(words);
    expect(waiting).toEqual([]);
  });

  it("is for callers with a credential", async () => {
    const answer = await post(WANTED, "x".repeat(43));
    expect(answer.response.statusCode).toBe(401);
    answer.response.resume();
    expect(waiting).toEqual([]);
  });
});
