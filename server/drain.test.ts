/** The server is told to stop while every kind of stream is open: who sees it, who is told, and what is left (docs/threats.md C6). */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Channel } from "#protocol/channel.ts";
import type { DoctorStep } from "#protocol/doctor.ts";
import { decodeEvent, type SessionEvent } from "#protocol/session-event.ts";
import { PORTHOLE_SUBPROTOCOL, TUNNEL_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";
import { LiveClient } from "./live-streams.fixture.ts";

const DRAIN_MS = 3_000;
const GRACE_MS = 1_500;
const SLOW_MACHINE_MS = 8_000;
const SESSION = { cluster: "demo", namespace: "default", pod: "shell", container: "main", command: ["cat"] };
const FORWARD = { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 8080 };

let edge: Edge;
let client: LiveClient;
let session: string;
let beganAt: number;
let endedAt: number;
const events: SessionEvent[] = [];
let tunnels: { received: string }[] = [];
const plain = { code: 0, status: "" };
const doctor = { text: "", endedAt: 0 };
/** While it drains. */
let seen: Awaited<ReturnType<typeof whileDraining>>;

beforeAll(async () => {
  edge = await Edge.start();
  client = LiveClient.machine(edge);
  session = await client.terminal();
  await client.openAll();
  const viewer = await client.dial(`/api/sessions/${session}/stream`, [PORTHOLE_SUBPROTOCOL]);
  viewer.on("message", (frame: Buffer) => {
    const event = frame[0] === Channel.Event ? decodeEvent(frame.subarray(1)) : null;
    if (event) events.push(event);
  });
  const looksOn = await client.dial(`/api/sessions/${session}/stream`, [V5_SUBPROTOCOL]);
  looksOn.on("message", (frame: Buffer) => {
    if (frame[0] === Channel.Error) plain.status += frame.subarray(1).toString();
  });
  looksOn.on("close", (code) => {
    plain.code = code;
  });
  const forward = "/clusters/demo/api/v1/namespaces/default/pods/web/portforward";
  tunnels = [
    await upgraded(forward, TUNNEL_SUBPROTOCOL),
    await upgraded(`${forward}?ports=8080`, "v4.channel.k8s.io"),
  ];
  void examine();
  await until("the doctor's run", () => doctor.text !== "");
  beganAt = performance.now();
  const drained = edge.drain({ atMostMs: DRAIN_MS, atLeastMs: 0 }).then(() => edge.close(GRACE_MS));
  seen = await whileDraining();
  await drained;
  endedAt = performance.now();
  // Only who reads finds out.
  client.readOn();
  await until("every end", () => client.streams.every((stream) => stream.endedAt !== null));
}, 60_000);

afterAll(() => client?.close());

async function examine(): Promise<void> {
  const answer = await fetch(`${edge.origin}/api/doctor`, {
    method: "POST",
    headers: { ...edge.machine, "content-type": "application/json" },
    body: JSON.stringify({ cluster: "demo", namespace: "default", pod: "shell", idleSeconds: 60 }),
  });
  for await (const piece of answer.body!) doctor.text += Buffer.from(piece).toString();
  doctor.endedAt = performance.now();
}

/** By hand: a name with a slash is no subprotocol for a WebSocket library. */
async function upgraded(path: string, subprotocol: string): Promise<{ received: string }> {
  const headers = {
    ...edge.machine,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": subprotocol,
  };
  const seen = { received: "" };
  await new Promise<void>((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: edge.port, path, headers });
    asked.once("upgrade", (_answer, socket) => {
      socket
        .on("error", () => {})
        .on("data", (bytes: Buffer) => {
          seen.received += bytes.toString("latin1");
        });
      resolve();
    });
    asked.once("response", ({ statusCode }) => reject(new Error(`refused: ${statusCode}`)));
    asked.once("error", reject).end();
  });
  return seen;
}

async function whileDraining() {
  const get = async (path: string) => await fetch(edge.origin + path, { headers: edge.machine });
  const post = async (path: string, body: object) => {
    const headers = { ...edge.machine, "content-type": "application/json" };
    return await fetch(edge.origin + path, { method: "POST", headers, body: JSON.stringify(body) });
  };
  const ready = await get("/readyz");
  const refused = await Promise.all([
    post("/api/sessions", SESSION),
    post("/api/forwards", FORWARD),
    post("/api/doctor", SESSION),
    get("/clusters/demo/api/v1/pods?watch=true"),
    get("/clusters/demo/api/v1/namespaces/default/pods/shell/log?follow=true"),
  ]);
  const stream = edge.dial("/clusters/demo/api/v1/namespaces/default/pods/shell/exec?stdout=true&command=id");
  await until("the stream's refusal", () => stream.seen.refused > 0);
  return {
    ready: { code: ready.status, text: await ready.text(), connection: ready.headers.get("connection") },
    alive: (await get("/healthz")).status,
    list: (await get("/clusters/demo/api/v1/pods")).status,
    sessions: await edge.sessionCount(),
    refused: await Promise.all(
      refused.map(async (answer) => ({
        code: answer.status,
        retryAfter: answer.headers.get("retry-after"),
        message: ((await answer.json()) as { message: string }).message,
      })),
    ),
    stream: stream.seen.refused,
    preview: await client.previewAgain(),
    localPort: await fetch(`http://127.0.0.1:${client.localPort}/`).then(
      () => "answered",
      () => "refused",
    ),
    stillOpen: client.streams.filter(({ endedAt }) => endedAt === null).length,
  };
}

describe("while it still serves", () => {
  it("it is alive, not ready, and says so in words", () => {
    expect(seen.ready).toMatchObject({ code: 503, text: expect.stringContaining("stopping") });
    expect([seen.alive, seen.list]).toEqual([200, 200]);
  });

  it("nothing new is begun, on any way", () => {
    for (const refusal of seen.refused) {
      expect(refusal).toEqual({
        code: 503,
        retryAfter: "5",
        message: "Porthole is stopping: ask again in a moment",
      });
    }
    expect([seen.stream, seen.localPort]).toEqual([503, "refused"]);
    expect(seen.preview).toEqual({ code: 503, reason: "ServiceUnavailable" });
  });

  it("what is open goes on", () => {
    expect(seen.stillOpen).toBe(client.streams.length);
    expect(seen.sessions).toBe(2);
  });

  it("whoever looks at a shell is told when it ends", () => {
    expect(events).toContainEqual({ type: "notice", words: expect.stringMatching(/this shell ends in 3 s/) });
  });
});

describe("at the deadline", () => {
  it("everything has ended, and no sooner", () => {
    for (const stream of client.streams) {
      expect({ name: stream.name, ended: stream.endedAt !== null }).toEqual({
        name: stream.name,
        ended: true,
      });
      expect(stream.endedAt! - beganAt, stream.name).toBeGreaterThan(DRAIN_MS - 100);
    }
    expect(endedAt - beganAt).toBeLessThan(DRAIN_MS + SLOW_MACHINE_MS);
  });

  it("a shell's end is the server's", () => {
    expect(events.at(-1)).toMatchObject({
      type: "ended",
      end: { cause: "shutdown" },
      ending: { kind: "unknown" },
    });
  });

  it("plain clients have a failure Status and a close frame", () => {
    expect(plain.code).toBe(1000);
    expect(JSON.parse(plain.status)).toMatchObject({ status: "Failure" });
    for (const name of ["exec", "attach", "a watch"])
      expect(client.find(name).words).toBe("Porthole was stopped");
  });

  it("tunnels of port-forwards have a close frame that says it", () => {
    // 1001, as two bytes.
    const end = `${Buffer.of(0x03, 0xe9).toString("latin1")}Porthole was stopped`;
    for (const { received } of tunnels) expect(received.endsWith(end)).toBe(true);
  });

  it("a doctor's run says that it was given up", () => {
    const steps = doctor.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as DoctorStep);
    expect(steps.at(-1)).toMatchObject({
      name: "verdict",
      found: expect.stringContaining("Porthole was stopped"),
    });
  });

  it("nothing is left behind it", () => {
    expect(edge.demo.openStreams).toBe(0);
  });
});

it("waits for nobody when nobody is connected", async () => {
  const idle = await Edge.start();
  const began = performance.now();
  await idle.drain({ atMostMs: 20_000, atLeastMs: 0 });
  expect(performance.now() - began).toBeLessThan(2_000);
  await idle.close();
});
