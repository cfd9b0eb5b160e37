import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { until } from "#server/testing/loopback.ts";
import { DOWNSTREAM_HEARTBEAT, Heartbeat, ofTunnel, UPSTREAM_HEARTBEAT } from "./heartbeat.ts";

const FAST = { periodMs: 40, deadlineMs: 400, pingWhilePaused: false, unconfirmedSmallBytes: 4096 };
const NOTICED_WITHIN_MS = 45_000;

let server: WebSocketServer;
let peers: WebSocket[];
let pings: number;
let autoPong: boolean;

beforeEach(async () => {
  peers = [];
  pings = 0;
  autoPong = true;
  server = new WebSocketServer({ host: "127.0.0.1", port: 0, autoPong: false });
  server.on("connection", (ws) => {
    peers.push(ws);
    ws.on("ping", () => {
      pings += 1;
      if (autoPong) ws.pong();
    });
  });
  await new Promise((resolve) => server.once("listening", resolve));
});

afterEach(() => {
  for (const peer of peers) peer.terminate();
  server.close();
});

async function dial(options = FAST) {
  const ws = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`);
  await new Promise((resolve) => ws.once("open", resolve));
  const dead = { told: false };
  const connection = { open: true, ping: () => ws.ping(), pong: () => ws.pong() };
  const heartbeat = new Heartbeat(connection, options, () => {
    dead.told = true;
  });
  ws.on("pong", () => heartbeat.pong());
  return { ws, heartbeat, dead };
}

describe("Heartbeat", () => {
  it("measures the round trip while the peer answers", async () => {
    const { heartbeat, dead } = await dial();
    await until("five pings", () => pings >= 5);
    expect(heartbeat.rttMs).toBeGreaterThan(0);
    expect(dead.told).toBe(false);
    heartbeat.stop();
  });

  it("declares a peer dead that answers nothing", async () => {
    autoPong = false;
    const { dead } = await dial();
    await until("the verdict", () => dead.told);
    expect(pings).toBeGreaterThanOrEqual(2);
  });

  it("takes data for a sign of life", async () => {
    autoPong = false;
    const { heartbeat, dead } = await dial();
    const busy = setInterval(() => heartbeat.received(10), 10);
    await until("ten pings", () => pings >= 10);
    clearInterval(busy);
    expect(dead.told).toBe(false);
    heartbeat.stop();
  });

  it("sends and judges nothing while paused: a ping to a closed peer would reset unread output away", async () => {
    autoPong = false;
    const { heartbeat, dead } = await dial();
    heartbeat.setPaused(true);
    const other = await dial();
    await until("another line's verdict", () => other.dead.told);
    expect(dead.told).toBe(false);
    heartbeat.setPaused(false);
    await until("the verdict after resuming", () => dead.told);
  });

  it("pings a paused client all the same, so that one that left is noticed", async () => {
    const { heartbeat, dead } = await dial({ ...FAST, pingWhilePaused: true });
    heartbeat.setPaused(true);
    await until("five pings", () => pings >= 5);
    expect(dead.told).toBe(false);
    heartbeat.stop();
  });

  it("waits longer for a peer that has yet to take what was sent", async () => {
    autoPong = false;
    const { heartbeat, dead } = await dial();
    heartbeat.sent(64 * 1024);
    const other = await dial();
    await until("another line's verdict", () => other.dead.told);
    expect(dead.told).toBe(false);
    heartbeat.stop();
  });
});

describe("the heartbeat of each leg", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const LEGS = [
    ["upstream", UPSTREAM_HEARTBEAT],
    ["downstream", DOWNSTREAM_HEARTBEAT],
    ["a tunnel upstream", ofTunnel(UPSTREAM_HEARTBEAT)],
    ["a tunnel downstream", ofTunnel(DOWNSTREAM_HEARTBEAT)],
  ] as const;

  it.each(LEGS)("notices a dead peer within 45 s, whenever it was last heard: %s", (_leg, options) => {
    for (let lastSignMs = 0; lastSignMs <= options.periodMs; lastSignMs += 100) {
      let dead = false;
      const heartbeat = new Heartbeat({ open: true, ping() {}, pong() {} }, options, () => {
        dead = true;
      });
      vi.advanceTimersByTime(lastSignMs);
      heartbeat.received(10);
      vi.advanceTimersByTime(NOTICED_WITHIN_MS);
      expect(dead, `last heard ${lastSignMs} ms after a look`).toBe(true);
      heartbeat.stop();
    }
  });

  it.each(LEGS)("pings once a period, and twice before it gives up: %s", (_leg, options) => {
    let pings = 0;
    const heartbeat = new Heartbeat({ open: true, ping: () => pings++, pong() {} }, options, () => {});
    vi.advanceTimersByTime(options.deadlineMs);
    expect(pings).toBeGreaterThanOrEqual(2);
    expect(pings).toBeLessThanOrEqual(Math.ceil(options.deadlineMs / options.periodMs));
    heartbeat.stop();
  });

  it("sends a pong with its ping to a client that is not read: its own pings wait behind its input", () => {
    const seen: string[] = [];
    const connection = { open: true, ping: () => seen.push("ping"), pong: () => seen.push("pong") };
    const heartbeat = new Heartbeat(connection, DOWNSTREAM_HEARTBEAT, () => {});
    heartbeat.setPaused(true);
    vi.advanceTimersByTime(60_000);
    expect(seen.filter((one) => one === "pong").length).toBeGreaterThanOrEqual(3);
    heartbeat.stop();
  });

  it("sends no ping upstream in a period in which reading was held: it may have closed", () => {
    let pings = 0;
    const connection = { open: true, ping: () => pings++, pong() {} };
    const heartbeat = new Heartbeat(connection, UPSTREAM_HEARTBEAT, () => {});
    for (let period = 0; period < 5; period += 1) {
      heartbeat.setPaused(true);
      heartbeat.setPaused(false);
      vi.advanceTimersByTime(UPSTREAM_HEARTBEAT.periodMs);
    }
    expect(pings).toBe(0);
    vi.advanceTimersByTime(UPSTREAM_HEARTBEAT.periodMs);
    expect(pings).toBe(1);
    heartbeat.stop();
  });

  it("tells a request's head in a tunnel from a full pipe", () => {
    const options = ofTunnel(UPSTREAM_HEARTBEAT);
    for (const [bytes, dead] of [
      [20_000, true],
      [100_000, false],
    ] as const) {
      let told = false;
      const heartbeat = new Heartbeat({ open: true, ping() {}, pong() {} }, options, () => {
        told = true;
      });
      heartbeat.sent(bytes);
      vi.advanceTimersByTime(NOTICED_WITHIN_MS);
      expect(told).toBe(dead);
      heartbeat.stop();
    }
  });
});
