import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { until } from "#testing/loopback";
import { Heartbeat } from "./heartbeat";

const FAST = { periodMs: 40, deadlineMs: 400, pingWhilePaused: false };

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
  const connection = { open: true, ping: () => ws.ping() };
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
