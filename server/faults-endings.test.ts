/** Containers and API servers that end a stream otherwise than they should: what is said of it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Channel } from "#protocol/channel.ts";
import type { Refusal } from "#server/testing/v5-client.ts";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients, type Neighbour } from "./edge-clients.fixture.ts";

const EXIT_0 = ["true"];
/** Before the streams were asked for, or after. */
const SAID_GOODBYE =
  /^the tunnel to pod web ended: the peer (ended the connection|takes no more streams on this connection)$/;

describe.each([
  ["websocket", "phase2"],
  ["spdy", "legacy"],
])("over %s", (wire, mode) => {
  let edge: Edge;
  let clients: EdgeClients;
  let neighbour: Neighbour;
  beforeAll(async () => {
    edge = await Edge.start(["--demo-mode", mode]);
    clients = new EdgeClients(edge);
    neighbour = await clients.neighbour();
    await neighbour.goesOn();
  });
  afterEach(async () => {
    edge.demo.faults.set();
    await neighbour.goesOn();
  });
  afterAll(async () => {
    expect(await neighbour.exits()).toBe(0);
    await edge.close();
  });

  /** How a session and a plain stream of the same command end. */
  async function endings(command: string[]) {
    const session = await clients.view(await clients.session(command));
    const plain = await clients.exec(command);
    const [ended, close] = await Promise.all([session.ended(), plain.ended()]);
    return { ended, close, plain, session };
  }

  it("no status is never success, for the page and for a plain client", async () => {
    edge.demo.faults.set("no-status");
    const { ended, close, plain } = await endings(EXIT_0);
    const why = wire === "websocket" ? "it was closed in order" : "the streams ended without a status";
    expect(ended).toMatchObject({
      ending: { kind: "unknown", message: `no exit status was received: ${why}` },
      end: { cause: "closed" },
      closeCode: 1000,
    });
    expect(close).toEqual({ code: 1000, reason: "" });
    expect(plain.exitCode).toBeNull();
    expect(plain.status).toMatchObject({
      status: "Failure",
      message: `no exit status was received: ${why}`,
      code: 500,
    });
    const [newest] = await clients.streams();
    expect(newest).toMatchObject({ endCause: "closed", ended: `${why} (close code 1000)` });
  });

  it("a container without a shell is the cluster's failure, in the runtime's words", async () => {
    edge.demo.faults.set("no-shell");
    const { ended, close, plain } = await endings(["sh", "-c", "exit 0"]);
    const words = /exec: "sh": executable file not found in \$PATH/;
    expect(ended).toMatchObject({ ending: { kind: "failed" }, end: { cause: "closed" }, closeCode: 1000 });
    expect((ended.ending as { message: string }).message).toMatch(words);
    expect(close).toEqual({ code: 1000, reason: "" });
    expect(plain.status).toMatchObject({ status: "Failure", reason: "InternalError", code: 500 });
    expect(plain.status?.message).toMatch(words);
  });

  it("a peer that resets everything ends what it resets, without a status", async () => {
    edge.demo.faults.set("reset-all");
    const { ended, close, plain } = await endings(["cat"]);
    const why = wire === "websocket" ? "the connection was lost" : "the streams ended without a status";
    expect(ended).toMatchObject({
      ending: { kind: "unknown", message: `no exit status was received: ${why}` },
      end: { cause: wire === "websocket" ? "lost" : "closed" },
      closeCode: 1000,
    });
    expect(close).toEqual({ code: 1000, reason: "" });
    expect(plain.status).toMatchObject({ status: "Failure", message: `no exit status was received: ${why}` });
    // A port's streams are reset as well: nothing comes, nothing hangs, and it is no clean end.
    const forward = await clients.forward();
    expect(await forward.talk("reset me")).toHaveLength(0);
    expect((await forward.info()).problem).toBe("the pod's side reset the connection");
  });
});

describe("SPDY that goes against its own order", () => {
  let edge: Edge;
  let clients: EdgeClients;
  let neighbour: Neighbour;
  beforeAll(async () => {
    edge = await Edge.start(["--demo-mode", "legacy"]);
    clients = new EdgeClients(edge);
    neighbour = await clients.neighbour();
    await neighbour.goesOn();
  });
  afterEach(async () => {
    edge.demo.faults.set();
    await neighbour.goesOn();
  });
  afterAll(() => edge.close());

  it("GOAWAY at once: the stream is refused with that reason, not left hanging", async () => {
    edge.demo.faults.set("goaway");
    const message = "the streams could not be opened: the peer ended the connection";
    expect(await clients.session()).toMatchObject({ code: 502, body: { kind: "Status", message } });
    const refusal = await clients.exec().catch((error: Refusal) => error);
    expect(refusal).toMatchObject({ code: 502 });
    expect(JSON.parse((refusal as Refusal).body).message).toBe(message);
    const forward = await clients.forward();
    expect(await forward.talk("nobody there")).toHaveLength(0);
    const { state, problem } = await forward.info();
    expect(state).toBe("failing");
    expect(problem).toMatch(SAID_GOODBYE);
    edge.demo.faults.set();
    expect(await forward.echoes("back again")).toBe(true);
  });

  it("data before the reply is output, and spoils a status that it comes before", async () => {
    edge.demo.faults.set("early-data");
    const session = await clients.view(await clients.session(EXIT_0));
    expect(await session.ended()).toMatchObject({
      ending: { kind: "unknown", message: "the exit status could not be read" },
      end: { cause: "closed" },
      closeCode: 1000,
    });
    expect(session.output).toBe("early");
    const plain = await clients.exec(["echo", "output"]);
    expect(await plain.ended()).toEqual({ code: 1000, reason: "" });
    expect(plain.stdout).toBe("earlyoutput\n");
    expect(plain.exitCode).toBeNull();
    expect(plain.on(Channel.Error).toString()).toMatch(/^early/);
    const forward = await clients.forward();
    expect((await forward.talk("late", (received) => received.length >= 9)).toString()).toBe("earlylate");
  });
});

describe("a tunnel that goes against its own order", () => {
  let edge: Edge;
  let clients: EdgeClients;
  beforeAll(async () => {
    edge = await Edge.start();
    clients = new EdgeClients(edge);
  });
  afterAll(() => edge.close());

  it("GOAWAY at once: connections fail with a reason, and a new tunnel works", async () => {
    edge.demo.faults.set("goaway");
    const forward = await clients.forward();
    expect(await forward.talk("nobody there")).toHaveLength(0);
    expect((await forward.info()).problem).toMatch(SAID_GOODBYE);
    expect((await clients.streams())[0]).toMatchObject({ subresource: "portforward" });
    edge.demo.faults.set();
    expect(await forward.echoes("back again")).toBe(true);
  });

  it("data before the reply is the pod's", async () => {
    edge.demo.faults.set("early-data");
    const forward = await clients.forward();
    expect((await forward.talk("late", (received) => received.length >= 9)).toString()).toBe("earlylate");
    edge.demo.faults.set();
  });
});
