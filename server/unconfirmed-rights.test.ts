/**
 * The API server goes on with its streams and answers no access review any more: what cannot be confirmed for 15 s ends,
 * and a failure that passes is not noticed (docs/threats.md A15). The three servers run side by side, because what is
 * shown is mostly time.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";
import { LiveClient, STALLED } from "./live-streams.fixture.ts";

/** From the fault, before which the last yes was, to the end of the stream. */
const BOUND_MS = 15_000;
/** By then each right has been asked for once. */
const ASKED_MS = 10_500;

interface Bench {
  edge: Edge;
  client: LiveClient;
  brokenAt: number;
}

const benches: Record<string, Bench> = {};

beforeAll(async () => {
  for (const name of ["hangs", "fails", "recovers"]) {
    const edge = await Edge.start();
    const client = await LiveClient.machine(edge).openAll();
    edge.demo.faults.set(name === "hangs" ? "review-hangs" : "review-fails");
    benches[name] = { edge, client, brokenAt: performance.now() };
    if (name === "recovers") setTimeout(() => edge.demo.faults.set(), ASKED_MS);
  }
}, 60_000);

afterAll(async () => {
  // Each has taken over where the one before it logged to.
  for (const { edge, client } of Object.values(benches).reverse()) {
    client.close();
    await edge.close();
  }
});

describe.each([
  ["hangs", "did not answer within 3 s"],
  ["fails", "the authorizer is broken"],
])("when the review %s", (name, words) => {
  it("every stream ends within 15 s, and it is said that nobody could confirm the right", async () => {
    const { edge, client, brokenAt } = benches[name]!;
    for (const stream of client.streams) {
      if (stream.name === STALLED) continue;
      await until(`the end of ${stream.name}`, () => stream.endedAt !== null, BOUND_MS + 3_000);
      expect(stream.endedAt! - brokenAt).toBeLessThan(BOUND_MS);
    }
    for (const told of ["terminal", "exec", "attach", "a watch"]) {
      expect(client.find(told).words).toContain("could not be confirmed");
      expect(client.find(told).words).toContain(words);
    }
    client.readOn();
    await until("the API server to have no stream of theirs", () => edge.demo.openStreams === 0);
  });
});

it("a failure that passes in time ends nothing", async () => {
  const { client, brokenAt } = benches.recovers!;
  await until(
    "the last yes to be too old",
    () => performance.now() - brokenAt > BOUND_MS + 1_000,
    2 * BOUND_MS,
  );
  for (const { name, endedAt } of client.streams) expect([name, endedAt]).toEqual([name, null]);
}, 60_000);
