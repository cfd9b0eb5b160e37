/** An API server, or a proxy before it, that refuses upgrades: what the clients of Porthole are told. */
import { afterEach, describe, expect, it } from "vitest";
import type { Refusal } from "#server/testing/v5-client.ts";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients } from "./edge-clients.fixture.ts";

let edge: Edge | undefined;
afterEach(() => edge?.close());

/** A Porthole that remembers nothing of a cluster, with a stream that opened before the fault. */
async function withFaults(...faults: string[]) {
  edge = await Edge.start();
  const clients = new EdgeClients(edge);
  const neighbour = await clients.neighbour();
  edge.demo.faults.set(...faults);
  return { clients, neighbour };
}

const refusalOf = (opening: Promise<unknown>) =>
  opening.then(
    () => null,
    ({ code, body }: Refusal) => ({ code, message: JSON.parse(body).message as string }),
  );

describe("a refused WebSocket upgrade", () => {
  it.each([400, 403, 405, 426, 500, 502, 503])(
    "of code %i leads to SPDY, and every place that shows the stream says why",
    async (code) => {
      const { clients, neighbour } = await withFaults(`refuse-upgrade=${code}`);
      const why = new RegExp(`the WebSocket upgrade was answered ${code}`);
      const session = await clients.view(await clients.session(["sh", "-c", "exit 3"]));
      expect(await session.ended()).toMatchObject({
        ending: { kind: "exited", code: 3 },
        end: { cause: "exited" },
        closeCode: 1000,
      });
      expect(session.events[0]).toMatchObject({
        type: "attached",
        path: {
          transport: "spdy",
          subprotocol: "v4.channel.k8s.io",
          fallback: { words: expect.stringMatching(why) },
        },
      });
      const plain = await clients.exec(["sh", "-c", "exit 4"]);
      expect(await plain.ended()).toEqual({ code: 1000, reason: "" });
      expect(plain.exitCode).toBe(4);
      const forward = await clients.forward();
      expect(await forward.echoes("over SPDY")).toBe(true);
      const [newest] = await clients.streams();
      expect(newest).toMatchObject({
        subresource: "portforward",
        transport: "spdy",
        translatedAt: "porthole",
      });
      expect(newest?.fallback).toMatch(why);
      await neighbour.goesOn();
    },
  );

  it.each([
    [401, "Unauthorized"],
    [404, "NotFound"],
  ])("of code %i is about the credential or the pod: no second attempt is made", async (code, reason) => {
    const { clients, neighbour } = await withFaults(`refuse-upgrade=${code}`);
    const made = await clients.session();
    expect(made).toMatchObject({ code, body: { kind: "Status", reason, message: "refused by a fault" } });
    expect(await refusalOf(clients.exec())).toEqual({ code, message: "refused by a fault" });
    const forward = await clients.forward();
    expect(await forward.talk("lost")).toHaveLength(0);
    expect(await forward.info()).toMatchObject({ state: "failing", problem: "refused by a fault" });
    // The neighbour's is the only one that ever opened.
    const streams = await clients.streams();
    expect(streams.filter(({ openedAt }) => openedAt !== null)).toHaveLength(1);
    const failed = streams.filter(({ openedAt }) => openedAt === null);
    expect(failed).toHaveLength(3);
    for (const dial of failed) expect(dial).toMatchObject({ endCause: "refused", upstream: null });
    await neighbour.goesOn();
  });

  it("and a refused SPDY one are both told, the second with its code", async () => {
    const { clients, neighbour } = await withFaults("refuse-upgrade=502", "refuse-spdy=503");
    const message = "refused by a fault (over WebSocket: 502 refused by a fault)";
    const status = { kind: "Status", status: "Failure", reason: "ServiceUnavailable", message };
    expect(await clients.session()).toMatchObject({ code: 503, body: status });
    expect(await refusalOf(clients.exec())).toEqual({ code: 503, message });
    const forward = await clients.forward();
    expect(await forward.talk("lost")).toHaveLength(0);
    expect(await forward.info()).toMatchObject({ state: "failing", problem: message });
    await neighbour.goesOn();
  });

  it("is tried again once it has been refused both ways: nothing is remembered of a failure", async () => {
    const { clients, neighbour } = await withFaults("refuse-upgrade=502", "refuse-spdy=503");
    expect((await clients.session()).code).toBe(503);
    edge!.demo.faults.set();
    const session = await clients.view(await clients.session(["true"]));
    expect(await session.ended()).toMatchObject({ ending: { kind: "exited", code: 0 } });
    expect(session.events[0]).toMatchObject({ path: { transport: "websocket" } });
    await neighbour.goesOn();
  });
});

describe("a WebSocket that is accepted without a subprotocol", () => {
  it("is an upgrade gone wrong, and leads to SPDY", async () => {
    const { clients, neighbour } = await withFaults("no-subprotocol");
    const session = await clients.view(await clients.session(["sh", "-c", "exit 5"]));
    expect(await session.ended()).toMatchObject({ ending: { kind: "exited", code: 5 } });
    const fallback = "the WebSocket was upgraded wrongly: the API server chose no subprotocol";
    expect(session.events[0]).toMatchObject({
      path: { transport: "spdy", fallback: { code: "wrong-upgrade", words: fallback } },
    });
    const forward = await clients.forward();
    expect(await forward.echoes("over SPDY")).toBe(true);
    expect((await clients.streams())[0]).toMatchObject({
      ...{ transport: "spdy", fallback },
      fallbackCode: "wrong-upgrade",
    });
    await neighbour.goesOn();
  });

  it("ends with both reasons when SPDY is refused as well", async () => {
    const { clients, neighbour } = await withFaults("no-subprotocol", "refuse-spdy=403");
    expect(await clients.session()).toMatchObject({
      code: 403,
      body: { message: "refused by a fault (over WebSocket: 101 the API server chose no subprotocol)" },
    });
    await neighbour.goesOn();
  });
});
