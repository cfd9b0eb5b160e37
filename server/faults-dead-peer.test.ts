/**
 * Peers that are there no more, though their connections are: every leg notices within 45 s and says so. The limits
 * are waited for in real time, all at once.
 */
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeSynStream } from "#server/spdy/frames/encode.ts";
import { encodeHeaderBlock } from "#server/spdy/frames/header-block.ts";
import { HeaderCompressor } from "#server/spdy/frames/header-compression.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients, type ForwardClient } from "./edge-clients.fixture.ts";

const NOTICED_WITHIN_MS = 45_000;
const TEST_LIMIT_MS = 60_000;
const DEAD = "the peer stopped answering pings";

let websocket: Edge;
let spdy: Edge;
beforeAll(async () => {
  websocket = await Edge.start();
  spdy = await Edge.start(["--demo-mode", "legacy"]);
});
afterAll(async () => {
  await spdy.close();
  await websocket.close();
});

/** A connection through the forward that stays open until someone cuts it. */
async function held(forward: ForwardClient, text: string): Promise<Socket> {
  const [host, port] = forward.made.local!.split(":");
  const socket = connect(Number(port), host);
  socket.on("error", () => {});
  let received = "";
  socket.on("data", (piece) => {
    received += piece.toString();
  });
  socket.write(text);
  await until("the echo", () => received === text);
  return socket;
}

/** Whose pings were lost, as Prometheus is told. */
async function lostPings({ origin, machine }: Edge): Promise<(string | undefined)[]> {
  const text = await (await fetch(`${origin}/metrics`, { headers: machine })).text();
  return [...text.matchAll(/^porthole_pings_lost_total\{(.*)\} [1-9]/gm)].map(([, labels]) => labels);
}

/** As an old kubectl: asks for `cat`, is given its streams, and does nothing from then on. */
async function deafSpdyClient({ origin, machine }: Edge): Promise<void> {
  const { bytes } = await new Promise<{ bytes: Duplex }>((resolve) => {
    const path =
      "/clusters/demo/api/v1/namespaces/default/pods/shell/exec?command=cat&stdin=true&stdout=true";
    const headers = {
      ...{ ...machine, connection: "Upgrade", upgrade: "SPDY/3.1" },
      "x-stream-protocol-version": "v4.channel.k8s.io",
    };
    request(origin + path, { method: "POST", headers })
      .once("upgrade", (_response, socket) => resolve({ bytes: socket }))
      .end();
  });
  bytes.on("error", () => {}).resume();
  const compressor = new HeaderCompressor();
  for (const [index, streamtype] of ["error", "stdin", "stdout"].entries()) {
    bytes.write(encodeSynStream(2 * index + 1, compressor.compress(encodeHeaderBlock({ streamtype }))));
  }
}

describe.concurrent("a peer that answers nothing", { timeout: TEST_LIMIT_MS }, () => {
  it("is noticed by open streams, and ends them", async () => {
    const clients = new EdgeClients(websocket);
    const neighbour = await clients.neighbour();
    await neighbour.goesOn();
    websocket.demo.faults.set("stall");
    const began = performance.now();
    const stalled = await clients.view(await clients.session());
    const stalledPlain = await clients.exec();
    websocket.demo.faults.set("never-pong");
    const deaf = await clients.view(await clients.session());
    deaf.type("not yet\n");
    await until("the echo", () => deaf.output.includes("not yet"));
    const forward = await clients.forward();
    const connection = await held(forward, "still alive");
    websocket.demo.faults.set();

    for (const session of [stalled, deaf]) {
      expect(await session.ended()).toMatchObject({
        ending: { kind: "unknown", message: `no exit status was received: ${DEAD}` },
        end: { cause: "dead-peer" },
        closeCode: 1000,
      });
    }
    await until("the end", () => stalledPlain.end !== null, NOTICED_WITHIN_MS);
    expect(stalledPlain.end).toEqual({ code: 1000, reason: "" });
    expect(stalledPlain.status?.message).toBe(`no exit status was received: ${DEAD}`);
    await until("the cut", () => connection.destroyed, NOTICED_WITHIN_MS);
    expect((await forward.info()).problem).toContain(DEAD);
    expect(performance.now() - began).toBeLessThan(NOTICED_WITHIN_MS);
    const ends = (await clients.streams()).map(({ endCause }) => endCause);
    expect(ends.filter((cause) => cause === "dead-peer")).toHaveLength(4);
    await neighbour.goesOn();
    expect(await forward.echoes("a new tunnel")).toBe(true);
  });

  it("is noticed by open SPDY streams, and ends them", async () => {
    const clients = new EdgeClients(spdy);
    const neighbour = await clients.neighbour();
    await neighbour.goesOn();
    spdy.demo.faults.set("never-pong");
    const began = performance.now();
    const deaf = await clients.view(await clients.session());
    deaf.type("not yet\n");
    await until("the echo", () => deaf.output.includes("not yet"));
    const deafForward = await clients.forward();
    const connection = await held(deafForward, "still alive");
    spdy.demo.faults.set("stall");
    const opening = clients.session();
    const forward = await clients.forward();
    const nobody = forward.talk("is anybody there?");
    // The dials read the fault when they come in.
    await until("both to be accepted", () => spdy.demo.openStreams > 3);

    expect(await opening).toMatchObject({
      code: 504,
      body: {
        reason: "Timeout",
        message: "the streams could not be opened: the API server did not accept them within 30 s",
      },
    });
    expect(await deaf.ended()).toMatchObject({
      ending: { kind: "unknown", message: `no exit status was received: ${DEAD}` },
      end: { cause: "dead-peer" },
      closeCode: 1000,
    });
    await until("the cut", () => connection.destroyed, NOTICED_WITHIN_MS);
    expect((await deafForward.info()).problem).toContain(DEAD);
    expect(await nobody).toHaveLength(0);
    expect(await forward.info()).toMatchObject({
      state: "failing",
      problem: "the pod's side did not accept the connection within 10 s",
    });
    expect(performance.now() - began).toBeLessThan(NOTICED_WITHIN_MS);
    const ends = (await clients.streams()).map(({ subresource, ended }) => [subresource, ended]);
    expect(ends).toContainEqual(["portforward", DEAD]);
    expect(ends).toContainEqual(["exec", `${DEAD} (close code 1006)`]);
    expect(await lostPings(spdy)).toEqual(
      expect.arrayContaining([
        'subresource="exec",leg="upstream"',
        'subresource="portforward",leg="upstream"',
      ]),
    );
    spdy.demo.faults.set();
    await neighbour.goesOn();
    expect(await forward.echoes("a new connection")).toBe(true);
  });

  it("is noticed when it is a client that speaks SPDY", async () => {
    const clients = new EdgeClients(websocket);
    const began = performance.now();
    await deafSpdyClient(websocket);
    const ours = async () =>
      (await clients.streams()).find(({ downstream }) => downstream === "v4.channel.k8s.io");
    let stream = await ours();
    while (stream?.endedAt === null && performance.now() - began < NOTICED_WITHIN_MS) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      stream = await ours();
    }
    expect(stream).toMatchObject({ endCause: "dead-peer", ended: `the client left: ${DEAD}` });
    expect(await lostPings(websocket)).toContain('subresource="exec",leg="downstream"');
  });
});
