/** Who signs out takes along what their browser had open, of every kind, and nothing of anybody else's (docs/threats.md A17). */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients } from "./edge-clients.fixture.ts";
import { LiveClient, STALLED } from "./live-streams.fixture.ts";

/** Nothing is asked of anybody, so it is a matter of closing: sooner than a right is asked for again. */
const AT_ONCE_MS = 5_000;
/** Which goes on without ann. */
const BOBS = "view of bob's terminal";

let edge: Edge;
let others: EdgeClients;
let ann: LiveClient;
let bob: LiveClient;
let signedOutAt: number;
let localPort: number;
let doctor: { ended: boolean; lines: number };

beforeAll(async () => {
  edge = await Edge.start();
  others = new EdgeClients(edge);
  [ann, bob] = await Promise.all([LiveClient.browser(edge), LiveClient.browser(edge)]);
  const [terminal] = await Promise.all([
    bob.terminal(),
    bob.exec("exec", ["sh", "-c", "while :; do echo beat; sleep 0.05; done"]),
    ann.openAll(),
  ]);
  await ann.view(BOBS, terminal);
  await until("it to be seen", () => ann.find(BOBS).bytes > 0);
  localPort = ann.localPort;
  doctor = await runDoctor(ann);
  signedOutAt = performance.now();
  expect((await ann.post("/api/logout", {})).code).toBe(204);
}, 60_000);

afterAll(async () => {
  ann.close();
  bob.close();
  await edge.close();
});

/** It goes on for 20 s by itself: that long a stream is left idle. */
async function runDoctor(client: LiveClient): Promise<{ ended: boolean; lines: number }> {
  const seen = { ended: false, lines: 0 };
  const answer = await fetch(`${edge.origin}/api/doctor`, {
    method: "POST",
    headers: { ...client.headers, "content-type": "application/json" },
    body: JSON.stringify({ cluster: "demo", namespace: "default", pod: "shell", idleSeconds: 20 }),
  });
  expect(answer.status).toBe(200);
  void (async () => {
    try {
      for await (const piece of answer.body!) seen.lines += piece.byteLength > 0 ? 1 : 0;
    } catch {
      // Cut, as it should be.
    }
    seen.ended = true;
  })();
  await until("the doctor's first finding", () => seen.lines > 0);
  return seen;
}

describe("when a browser signs out", () => {
  it.each([
    "terminal",
    BOBS,
    "exec",
    "attach",
    "a watch",
    "a log that is followed",
    "a local TCP connection",
    "a preview's response",
    "a preview's WebSocket",
  ])("its %s ends", async (name) => {
    const stream = ann.find(name);
    await until(`the end of ${name}`, () => stream.endedAt !== null);
    expect(stream.endedAt! - signedOutAt).toBeLessThan(AT_ONCE_MS);
    if (["terminal", BOBS, "exec", "attach", "a watch"].includes(name))
      expect(stream.words).toContain("you signed out");
  });

  it("its doctor's run ends", async () => {
    await until("the end of the run", () => doctor.ended, AT_ONCE_MS);
  });

  it("its forwards and their local ports are gone", async () => {
    expect((await others.get<{ forwards: unknown[] }>("/api/forwards")).forwards).toEqual([]);
    const code = await new Promise((resolve) => {
      const socket = connect(localPort, "127.0.0.1", () => resolve("connected"));
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(code).toBe("ECONNREFUSED");
  });

  it("the API server has only the streams of others", async () => {
    ann.readOn();
    await until("ann's streams to be gone", () => edge.demo.openStreams === 2);
    expect(ann.find(STALLED).words).toBe("");
  });

  it("what another browser has open goes on", async () => {
    for (const { name, endedAt, bytes } of bob.streams) {
      expect(endedAt).toBeNull();
      await until(`more of bob's ${name}`, () => bob.find(name).bytes > bytes);
    }
  });

  it("its key opens nothing any more", async () => {
    expect((await ann.post("/api/tickets", { path: "/x" })).code).toBe(401);
    expect(await ann.previewAgain()).toMatchObject({ code: 404 });
  });
});
