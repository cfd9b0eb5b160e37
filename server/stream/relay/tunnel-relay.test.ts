import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { duplexPair } from "../portforward/duplex-pair.ts";
import { relayTunnel, type TunnelRelayCounts } from "./tunnel-relay.ts";

function start() {
  const [client, downstream] = duplexPair();
  const [upstream, apiServer] = duplexPair();
  const ends: TunnelRelayCounts[] = [];
  relayTunnel(downstream, upstream, (counts) => ends.push(counts));
  for (const end of [client, apiServer]) end.on("error", () => {});
  return { client, apiServer, ends };
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

describe("relayTunnel", () => {
  it("carries both directions at once, byte for byte, and counts them", async () => {
    const { client, apiServer, ends } = start();
    const up = randomBytes(3_000_000);
    const down = randomBytes(2_000_000);
    const received: Record<"up" | "down", Buffer[]> = { up: [], down: [] };
    apiServer.on("data", (chunk: Buffer) => received.up.push(chunk));
    client.on("data", (chunk: Buffer) => received.down.push(chunk));
    client.end(up);
    apiServer.end(down);
    await until("both ends", () => ends.length === 1);
    expect(sha256(Buffer.concat(received.up))).toBe(sha256(up));
    expect(sha256(Buffer.concat(received.down))).toBe(sha256(down));
    expect(ends[0]).toEqual({ bytesUp: up.byteLength, bytesDown: down.byteLength, error: null });
  });

  it("stops reading while the other leg is slow", async () => {
    const { client, apiServer } = start();
    for (let written = 0; written < 100; written += 1) client.write(Buffer.alloc(64 * 1024));
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(client.writableLength).toBeGreaterThan(80 * 64 * 1024);
    apiServer.resume();
    await until("the queue to drain", () => client.writableLength === 0);
    client.destroy();
  });

  it("lets one direction end and the other go on", async () => {
    const { client, apiServer } = start();
    let ended = false;
    apiServer.on("end", () => {
      ended = true;
    });
    apiServer.resume();
    client.end("the last word");
    await until("the half-close", () => ended);
    const answers: Buffer[] = [];
    client.on("data", (chunk: Buffer) => answers.push(chunk));
    apiServer.write("still talking");
    await until("the answer", () => Buffer.concat(answers).toString() === "still talking");
    apiServer.destroy();
  });

  it.each(["client", "apiServer"] as const)("takes the other leg down when the %s breaks", async (side) => {
    const legs = start();
    const other = side === "client" ? legs.apiServer : legs.client;
    legs[side].destroy(new Error("gone"));
    await until("the other leg to close", () => other.destroyed);
    await until("the end", () => legs.ends.length === 1);
  });
});
