import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Grants } from "#server/access/grants.ts";
import { NodeFeatures } from "#server/kube/api/node-features.ts";
import { answerJson, startApiServer, type TestServer } from "#server/kube/testing/api-server.ts";
import { clusterFor } from "#server/kube/testing/cluster.ts";
import type { Cluster } from "#server/kube/types.ts";
import { createLogger } from "#server/log.ts";
import { Metrics } from "#server/observe/metrics.ts";
import { ObservedDialer } from "#server/observe/observed-dialer.ts";
import { StreamLog } from "#server/observe/stream-log.ts";
import { FallbackDialer } from "#server/stream/dial/fallback-dialer.ts";
import { FallbackPolicy } from "#server/stream/dial/fallback-policy.ts";
import { SpdyDialer } from "#server/stream/dial/spdy-dialer.ts";
import { WebSocketDialer } from "#server/stream/dial/websocket-dialer.ts";
import { type Loopback, listenOnLoopback, until } from "#server/testing/loopback.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { execPath, type Refusal, V5Client } from "#server/testing/v5-client.ts";
import { refuseUpgrade } from "../error-response.ts";
import { kubePath } from "./kube-path.ts";
import { KubeStreams } from "./kube-streams.ts";

describe("a stream that is still being dialled", () => {
  const people = new SignedIn();
  let grants: Grants;
  let apiServer: TestServer;
  let porthole: Loopback;
  let streamLog: StreamLog;
  /** Upgrades that the API server has not answered. */
  let dials: Duplex[];

  beforeEach(async () => {
    dials = [];
    grants = new Grants();
    apiServer = await startApiServer(
      (_request, response) => answerJson(response, 201, { status: { allowed: true } }),
      undefined,
      (_request, socket) => {
        socket.once("end", () => socket.destroy()).resume();
        dials.push(socket);
      },
    );
    const cluster = clusterFor(apiServer.url);
    streamLog = new StreamLog(new Metrics({ sessions: () => 0, forwards: () => 0 }));
    const dialerOf = (one: Cluster) => {
      const policy = new FallbackPolicy({});
      const dialer = new FallbackDialer(new WebSocketDialer(one), new SpdyDialer(one), policy, one.key);
      return new ObservedDialer(dialer, one, streamLog, new NodeFeatures());
    };
    const streams = new KubeStreams({ dialerOf, grants, log: createLogger("text", "silent") });
    porthole = await listenOnLoopback({
      upgrade(request, socket, head) {
        socket.on("error", () => {});
        const { pathname, searchParams } = new URL(request.url ?? "", porthole.origin);
        const path = kubePath("GET", pathname);
        if (path?.kind !== "stream") throw new Error(`${pathname} is no stream`);
        streams
          .serve(people.caller(), cluster, path, searchParams, { request, socket, head })
          .catch((error) => refuseUpgrade(socket, error));
      },
    });
  });
  afterEach(() => porthole.close());

  const open = () =>
    V5Client.connect(porthole.origin + execPath(["cat"]), "").then(
      () => Promise.reject(new Error("it was opened")),
      (refusal: Refusal) => refusal,
    );

  it("is given up and refused when the sign-in ends, and leaves nothing", async () => {
    const opening = open();
    await until("the dial", () => dials.length === 1);
    people.signOut();
    const { code, body } = await opening;
    expect([code, JSON.parse(body).message]).toEqual([401, "you signed out"]);
    await until("the API server to be let go", () => dials[0]!.destroyed);
    expect(grants.watched).toBe(0);
    expect(streamLog.list()).toMatchObject([{ endCause: "signed-out", ended: "you signed out" }]);
  });

  it("gives its grant back when the API server refuses it", async () => {
    const opening = open();
    await until("the dial", () => dials.length === 1);
    dials[0]!.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    expect((await opening).code).toBe(404);
    expect(grants.watched).toBe(0);
  });
});
