/** Connections that are held with as little as it takes (threats.md A28), against the whole server. */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConnectionLimits, limitsFor } from "#server/http/connections/limits.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients, type Neighbour } from "./edge-clients.fixture.ts";
import { HOLDS, Holder } from "./holding-clients.fixture.ts";

/** The product's, a tenth to a fifteenth as long. */
const LIMITS: ConnectionLimits = {
  ...limitsFor({ oneAddress: true, tls: false, openFiles: null }),
  headAnswerMs: 500,
  headMs: 1_000,
  idleMs: 2_000,
  strangerMs: 2_000,
  bodyStallMs: 1_000,
  untakenMs: { stranger: 1_500, signedIn: 2_000 },
  lingerMs: { stranger: 700, signedIn: 1_000 },
  lingerStallMs: 500,
  closingMs: { stranger: 700, signedIn: 700 },
};
/** Then none of them is left, whatever it does; twice, for a machine with too much to do. */
const LONGEST_MS = 2 * (LIMITS.strangerMs + LIMITS.untakenMs.signedIn + 2_000);
/** They all begin at once, in this process as well. */
const BEGIN_LIMIT_MS = 60_000;
const OF_EACH = 3;
const PLACES = 300;
const OWNER_WAITS_MS = 1_000;
/** On a machine with too much to do a second is nothing: then it is as many times what an answer takes without attackers. */
const OWNER_WAITS_TIMES = 30;
const MIB = 1024 * 1024;

/** By phase, but for the one that asks. */
async function held(edge: Edge): Promise<Record<string, number>> {
  const headers = { ...edge.machine, connection: "close" };
  const metrics = await (await fetch(`${edge.origin}/metrics`, { headers })).text();
  const counts = [...metrics.matchAll(/^porthole_connections\{phase="(\w+)"\} (\d+)$/gm)].map(
    ([, phase, count]) => [phase!, Number(count) - (phase === "request" ? 1 : 0)] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

/** How long the owner waits for an answer on a new connection. */
async function answerMs(edge: Edge): Promise<number> {
  const began = performance.now();
  const headers = { ...edge.machine, connection: "close" };
  const answer = await fetch(`${edge.origin}/clusters/demo/api/v1/namespaces/default/pods`, { headers });
  expect(answer.status).toBe(200);
  await answer.text();
  return performance.now() - began;
}

/** @param waits those of the attack; the first stands behind all that the attackers, in this same process, begin with */
function expectPrompt([, ...waits]: readonly number[], calmMs: number): void {
  const sorted = waits.sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  expect(median).toBeLessThan(Math.max(OWNER_WAITS_MS, calmMs * OWNER_WAITS_TIMES));
}

describe("a client that", () => {
  let edge: Edge;
  let neighbour: Neighbour;
  let watch: IncomingMessage;
  const holders = new Map(HOLDS.map(({ what }) => [what, [] as Holder[]]));
  const waits: number[] = [];
  let calmMs = 0;
  let left: Record<string, number> = {};

  beforeAll(async () => {
    edge = await Edge.start([], LIMITS);
    neighbour = await new EdgeClients(edge).neighbour();
    const path = "/clusters/demo/api/v1/namespaces/default/pods?watch=true";
    [watch] = (await once(get(edge.origin + path, { headers: edge.machine }), "response")) as [
      IncomingMessage,
    ];
    watch.on("error", () => {}).resume();
    calmMs = await answerMs(edge);
    for (const hold of HOLDS) {
      for (let index = 0; index < OF_EACH; index += 1)
        holders.get(hold.what)!.push(new Holder(edge.port, edge.token, hold));
    }
    const began = Date.now();
    do {
      waits.push(await answerMs(edge));
      await neighbour.goesOn();
      left = await held(edge);
    } while (sum(left) > 2 && Date.now() - began < LONGEST_MS);
  }, BEGIN_LIMIT_MS);

  afterAll(async () => {
    for (const holder of [...holders.values()].flat()) holder.close();
    watch.destroy();
    await edge.close();
  });

  it.each(HOLDS)("$what is gone after its time, whether it takes its FIN or not", async ({ what }) => {
    // Closed by the system as well, and not only forgotten: then a byte draws a reset.
    await until("the resets", () => {
      for (const holder of holders.get(what)!) holder.poke();
      return holders.get(what)!.every(({ closed }) => closed);
    });
  });

  it.each([
    ["says nothing", 408],
    ["sends half a head", 408],
    ["is no HTTP", 400],
    ["speaks HTTP/2", 400],
    ["asks of another host (421), its body to come", 421],
    ["is not signed in (401), its body to come", 401],
    ["has the wrong type (415), its body to come", 415],
    ["sends too much (413), without an end", 413],
    ["expects something else", 417],
  ])("%s is told so first (%i)", (what, code) => {
    for (const holder of holders.get(what)!) expect(holder.line).toContain(` ${code} `);
  });

  it("is signed in keeps its streams, however long and quiet they are", async () => {
    expectPrompt(waits, calmMs);
    expect(left).toEqual({ request: 1, upgraded: 1 });
    expect(watch.destroyed).toBe(false);
    await neighbour.goesOn();
  });
});

describe("more connections than there are places", () => {
  const limits = {
    ...LIMITS,
    ...{ total: PLACES, strangers: PLACES - 30, strangersPerAddress: PLACES - 30 },
    ...{ headMs: 5_000, headAnswerMs: 4_000 },
  };

  it("keep nobody out: the oldest of strangers go, and the log says it once", async () => {
    const edge = await Edge.start([], limits);
    const neighbour = await new EdgeClients(edge).neighbour();
    const silent: Socket[] = [];
    const open = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const socket = connect({ port: edge.port, host: "127.0.0.1", allowHalfOpen: true });
        silent.push(socket.on("error", () => {}).resume());
      }
    };
    const calmMs = await answerMs(edge);
    const before = process.memoryUsage().rss;
    const waits: number[] = [];
    open(PLACES * 5);
    for (let round = 0; round < 20; round += 1) {
      waits.push(await answerMs(edge));
      await neighbour.goesOn();
      // What was closed is opened again.
      open(50);
    }
    expectPrompt(waits, calmMs);
    const counts = sum(await held(edge));
    expect(counts).toBeLessThanOrEqual(PLACES);
    expect(counts).toBeGreaterThan(PLACES / 2);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MIB);
    expect(edge.logged.filter((line) => line.includes("too many connections"))).toHaveLength(1);
    const began = Date.now();
    let left = await held(edge);
    while (sum(left) > 1 && Date.now() - began < limits.headMs + LONGEST_MS) {
      await neighbour.goesOn();
      left = await held(edge);
    }
    expect(left).toEqual({ upgraded: 1 });
    await neighbour.goesOn();
    for (const socket of silent) socket.destroy();
    await edge.close();
  }, 60_000);
});
