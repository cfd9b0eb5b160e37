/** Connections to the API server that break in the middle, on either wire: what is said, and who goes on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients, type Neighbour } from "./edge-clients.fixture.ts";

const CUT_BYTES = 100_000;
const OUTPUT_BYTES = 200_000;
/** More output than the connection carries, and a command that would go on. */
const LONG_OUTPUT = ["sh", "-c", `head -c ${OUTPUT_BYTES} /dev/zero; cat`];

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
    const again = await clients.view(await clients.session(["sh", "-c", "exit 9"]));
    expect(await again.ended()).toMatchObject({ ending: { kind: "exited", code: 9 } });
  });
  afterAll(async () => {
    expect(await neighbour.exits()).toBe(0);
    await edge.close();
  });

  const lost =
    wire === "websocket" ? "the connection was lost" : "the connection ended in the middle of a frame";

  it.each([
    ["after so many bytes", `drop-after=${CUT_BYTES}`],
    ["in the middle of a frame", "half-frame"],
  ])("a cut %s is never an exit, and no output is made up", async (_where, fault) => {
    edge.demo.faults.set(fault);
    const session = await clients.view(await clients.session(LONG_OUTPUT));
    const plain = await clients.exec(LONG_OUTPUT);
    expect(await session.ended()).toMatchObject({
      ending: { kind: "unknown", message: `no exit status was received: ${lost}` },
      end: { cause: "lost" },
      closeCode: 1000,
    });
    expect(await plain.ended()).toEqual({ code: 1000, reason: "" });
    expect(plain.status).toMatchObject({
      status: "Failure",
      reason: "InternalError",
      message: `no exit status was received: ${lost}`,
      code: 500,
    });
    for (const output of [session.output, plain.stdout]) {
      expect(output.length).toBeLessThan(CUT_BYTES);
      expect(output).toBe("\0".repeat(output.length));
    }
    const [newest] = await clients.streams();
    expect(newest).toMatchObject({ endCause: "lost", ended: `${lost} (close code 1006)` });
  });

  it.each([
    ["after so many bytes", `drop-after=${CUT_BYTES}`],
    ["in the middle of a frame", "half-frame"],
  ])("a tunnel cut %s takes its own connections with it, and the next one works", async (_where, fault) => {
    edge.demo.faults.set(fault);
    const forward = await clients.forward();
    const sent = Buffer.alloc(OUTPUT_BYTES, "x");
    const received = await forward.talk(sent);
    expect(received.length).toBeLessThan(CUT_BYTES);
    expect(received.toString()).toBe("x".repeat(received.length));
    const { state, problem } = await forward.info();
    expect(state).toBe("failing");
    expect(problem).toMatch(/^the tunnel to (pod web ended|the pod was lost): /);
    edge.demo.faults.set();
    expect(await forward.echoes("a new tunnel")).toBe(true);
    expect(await forward.info()).toMatchObject({ state: "ready" });
  });
});
