/** Ports that cannot be reached, and containers that read slowly: others must not feel it. */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";
import { EdgeClients, type Neighbour } from "./edge-clients.fixture.ts";

const NO_ROUTE = "error forwarding port 9090 to pod 5d1c, uid : dial tcp4 127.0.0.1:9090: no route to host";
const RATE_BYTES = 2 * 1024 * 1024;
/** At which the same would take half a minute. */
const CRAWL_BYTES = 100 * 1024;
/** Enough for the frames that open a stream; a transfer stands still. */
const STOPPED_RATE_BYTES = 4096;
/** In which a loop that is not held back would have moved megabytes. */
const STILL_MS = 500;
const STOPPED_BYTES = 64 * 1024 * 1024;
const UPLOAD_BYTES = 3 * 1024 * 1024;

describe.each([
  ["websocket", "phase2"],
  ["spdy", "legacy"],
])("over %s", (_wire, mode) => {
  let edge: Edge;
  let clients: EdgeClients;
  let neighbour: Neighbour;
  beforeAll(async () => {
    edge = await Edge.start(["--demo-mode", mode]);
    clients = new EdgeClients(edge);
    neighbour = await clients.neighbour();
    await neighbour.goesOn();
  });
  afterEach(() => edge.demo.faults.set());
  afterAll(async () => {
    expect(await neighbour.exits()).toBe(0);
    await edge.close();
  });

  it("the error of a port is told in its own words, and fails one connection alone", async () => {
    const forward = await clients.forward();
    const [host, port] = forward.made.local!.split(":");
    const open = connect(Number(port), host);
    let echoed = "";
    open.on("data", (piece) => {
      echoed += piece.toString();
    });
    open.write("before ");
    await until("the echo", () => echoed === "before ");
    // The tunnel was opened before; its connections to the port are not.
    edge.demo.faults.set(`forward-error=${NO_ROUTE}`);
    expect(await forward.talk("lost")).toHaveLength(0);
    expect(await forward.info()).toMatchObject({ state: "failing", problem: NO_ROUTE });
    open.write("and after");
    await until("the echo", () => echoed === "before and after");
    open.destroy();
    await neighbour.goesOn();
    edge.demo.faults.set();
    expect(await forward.echoes("reached")).toBe(true);
    expect(await forward.info()).toMatchObject({ state: "ready" });
  });

  it("an upload to a slow reader arrives whole, while a neighbour types on", async () => {
    edge.demo.faults.set(`slow-reader=${RATE_BYTES}`);
    const upload = randomBytes(UPLOAD_BYTES);
    const slow = await clients.exec(["sha256sum"]);
    const began = performance.now();
    for (let at = 0; at < upload.length; at += 32 * 1024) slow.stdin(upload.subarray(at, at + 32 * 1024));
    slow.closeStdin();
    let turns = 0;
    for (; slow.end === null; turns += 1) await neighbour.goesOn();
    expect(turns).toBeGreaterThan(3);
    // It was slow indeed: the last piece alone need not be waited for.
    expect(performance.now() - began).toBeGreaterThan(700);
    expect(slow.stdout.split(" ")[0]).toBe(createHash("sha256").update(upload).digest("hex"));
    expect(slow.exitCode).toBe(0);
  });

  it("a peer that stops reading holds its own client back, takes a bounded amount, and harms no other", async () => {
    edge.demo.faults.set(`slow-reader=${STOPPED_RATE_BYTES}`);
    const stopped = await clients.exec(["cat"]);
    const forward = await clients.forward();
    const [host, port] = forward.made.local!.split(":");
    const stuck = connect(Number(port), host).on("error", () => {});
    await once(stuck, "connect");
    const piece = Buffer.alloc(32 * 1024);
    for (let sent = 0; sent < STOPPED_BYTES; sent += piece.length) {
      stopped.stdin(piece);
      stuck.write(piece);
    }
    // Newest first: the forward's tunnel, and the exec.
    const taken = async () => (await clients.streams()).slice(0, 2).map(({ bytesUp }) => bytesUp);
    await until("both to be under way", () => stuck.writableLength > 0 && edge.demo.openStreams >= 3);
    let before = [0, 0];
    let now = await taken();
    while (now.some((bytes, index) => bytes - before[index]! > CRAWL_BYTES || bytes < CRAWL_BYTES)) {
      await new Promise((resolve) => setTimeout(resolve, STILL_MS));
      before = now;
      now = await taken();
    }
    // What the kernel holds between them, and Porthole's own buffers, which are smaller.
    for (const bytes of now) expect(bytes).toBeLessThan(STOPPED_BYTES / 2);
    edge.demo.faults.set();
    await neighbour.goesOn();
    expect(await forward.echoes("beside it")).toBe(true);
    stopped.ws.terminate();
    stuck.destroy();
  });

  it("a slow upload through a port does not slow another connection to it", async () => {
    edge.demo.faults.set(`slow-reader=${CRAWL_BYTES}`);
    const forward = await clients.forward();
    const [host, port] = forward.made.local!.split(":");
    const slow = connect(Number(port), host);
    await once(slow, "connect");
    let echoedBytes = 0;
    slow.on("data", (piece) => {
      echoedBytes += piece.length;
    });
    slow.write(Buffer.alloc(UPLOAD_BYTES, "x"));
    await until("the transfer to be under way", () => echoedBytes > 0);
    edge.demo.faults.set();
    // Beside a large transfer it gets a tunnel of its own, which is not slow.
    expect(await forward.echoes("meanwhile")).toBe(true);
    expect(echoedBytes).toBeLessThan(UPLOAD_BYTES);
    slow.destroy();
  });
});
