/**
 * A role is changed while streams live, with output flowing and no input: each of them is gone within 15 s, on both
 * sides, and whoever can be told why is told (docs/threats.md A15, A17).
 */
import { getEventListeners } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DoctorStep } from "#protocol/doctor.ts";
import { MACHINE } from "#server/access/caller.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients, type Neighbour } from "./edge-clients.fixture.ts";
import type { LiveStream } from "./live-stream.fixture.ts";
import { LiveClient, STALLED } from "./live-streams.fixture.ts";

/** From the change of the role to the end of the stream. */
const BOUND_MS = 15_000;

let edge: Edge;
let client: LiveClient;
let overSpdy: LiveClient;
let others: EdgeClients;
let neighbour: Neighbour;
let changedAt: number;
/** Of a doctor's run that is at its quiet streams. */
const doctor = { text: "", endedAt: 0 };

beforeAll(async () => {
  edge = await Edge.start(["--demo-users", "all"]);
  edge.demo.roles.give("getter", "creator");
  others = new EdgeClients(edge);
  neighbour = await others.neighbour("demo-creator");
  client = await LiveClient.machine(edge).openAll();
  overSpdy = LiveClient.machine(edge, "demo-getter");
  await overSpdy.exec("exec", [
    "sh",
    "-c",
    "while :; do date +%s%N >> /tmp/spdy; echo beat; sleep 0.05; done",
  ]);
  await until("output over SPDY", () => overSpdy.find("exec").bytes > 0);
  await runDoctor();
  edge.demo.roles.takeAll("admin");
  edge.demo.roles.takeAll("getter");
  changedAt = performance.now();
}, 60_000);

afterAll(async () => {
  client.close();
  overSpdy.close();
  await edge.close();
  // Every grant was given back: none waits for a sign-out that never comes.
  expect(getEventListeners(MACHINE.signal, "abort")).toHaveLength(0);
});

async function runDoctor(): Promise<void> {
  const answer = await fetch(`${edge.origin}/api/doctor`, {
    method: "POST",
    headers: { ...edge.machine, "content-type": "application/json" },
    body: JSON.stringify({ cluster: "demo", namespace: "default", pod: "shell", idleSeconds: 60 }),
  });
  void (async () => {
    for await (const piece of answer.body!) doctor.text += Buffer.from(piece).toString();
    doctor.endedAt = performance.now();
  })();
  await until("the doctor's quiet streams", () => doctor.text.includes("Quiet for"), 20_000);
}

async function gone(stream: LiveStream): Promise<void> {
  await until(`the end of ${stream.name}`, () => stream.endedAt !== null, BOUND_MS + 5_000);
  expect(stream.endedAt! - changedAt).toBeLessThan(BOUND_MS);
}

describe("when a role is taken away", () => {
  it.each([
    ["terminal", "create pods/exec in default"],
    ["exec", "create pods/exec in default"],
    ["attach", "create pods/attach in default"],
    ["a watch", "watch pods in default"],
  ])("%s ends, and says that it was the right to %s", async (name, right) => {
    const stream = client.find(name);
    await gone(stream);
    expect(stream.words).toContain(`the right to ${right} was taken away`);
  });

  it("a doctor's run is given up, and says why", async () => {
    await until("the end of the run", () => doctor.endedAt > 0, BOUND_MS + 5_000);
    expect(doctor.endedAt - changedAt).toBeLessThan(BOUND_MS);
    const steps = doctor.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as DoctorStep);
    expect(steps.slice(-2)).toMatchObject([
      { name: "idle", result: "failed", found: expect.stringContaining("was taken away") },
      { name: "verdict", result: "failed", found: expect.stringContaining("was taken away") },
    ]);
  });

  it.each([
    "a port-forward at /clusters/",
    "a log that is followed",
    "a local TCP connection",
    "a preview's response",
    "a preview's WebSocket",
  ])("%s ends", async (name) => {
    await gone(client.find(name));
  });

  it("a client that does not read is dropped, with what waited for it", async () => {
    for (const stream of client.streams) if (stream.name !== STALLED) await gone(stream);
    // The exec ended with it: what was said to that one waits for this one no longer.
    await until("the time for last words", () => performance.now() - client.find("exec").endedAt! > 600);
    client.readOn();
    const stream = client.find(STALLED);
    await gone(stream);
    // Neither a status nor a close frame: it was gone before it read again.
    expect(stream.words).toBe("");
  });

  it("an exec that goes up over SPDY ends", async () => {
    await gone(overSpdy.find("exec"));
    expect(overSpdy.find("exec").words).toContain("was taken away");
  });

  it("the API server has no stream of theirs any more, and the processes are gone", async () => {
    for (const stream of [...client.streams, ...overSpdy.streams]) await gone(stream);
    // The neighbour's own, and the one that looks.
    await until("the streams to be gone", () => edge.demo.openStreams === 1);
    const beats = async () => {
      const one = await others.exec(
        ["sh", "-c", "wc -c /tmp/terminal /tmp/exec /tmp/flood /tmp/spdy"],
        "demo-creator",
      );
      await one.ended();
      return one.stdout;
    };
    const before = await beats();
    // Each of the four, and their sum; a file that only grows is never met half written.
    expect(before.trim().split("\n")).toHaveLength(5);
    expect(before).not.toMatch(/^\s*0 /m);
    // The second look is another process: longer after the first than a beat.
    expect(await beats()).toBe(before);
  });

  it("it is written down for what it was", async () => {
    for (const stream of client.streams) await gone(stream);
    const causes = (await others.streams())
      .filter(({ cluster }) => cluster === "demo")
      .map(({ subresource, endCause }) => `${subresource} ${endCause}`);
    expect(new Set(causes)).toEqual(new Set(["exec revoked", "attach revoked", "portforward revoked"]));
  });

  it("nothing new is opened, by any way", async () => {
    for (const stream of client.streams) await gone(stream);
    const session = {
      cluster: "demo",
      namespace: "default",
      pod: "shell",
      container: "main",
      command: ["cat"],
    };
    expect(await client.post("/api/sessions", session)).toMatchObject({ code: 403 });
    await expect(client.exec("another", ["cat"])).rejects.toThrow("403");
    await expect(client.watch()).rejects.toThrow("403");
    await expect(client.log()).rejects.toThrow("403");
    expect(await client.previewAgain()).toMatchObject({ code: 403, reason: "Forbidden" });
  });

  it("who kept the right goes on", async () => {
    for (const stream of client.streams) await gone(stream);
    await neighbour.goesOn();
  });
});
