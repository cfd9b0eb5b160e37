import { createHash, randomBytes } from "node:crypto";
import { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { closeSpdyPairs, readAll, spdyPair, withRawPeer } from "#server/testing/spdy-pair.ts";
import { SpdyConnection } from "./connection.ts";
import { CONNECTION_BUFFER_BYTES, STREAM_BUFFER_BYTES } from "./frames/constants.ts";
import type { SpdyStream } from "./stream.ts";

afterEach(closeSpdyPairs);

const MIB = 1024 * 1024;
/** Both kernels' socket buffers on loopback, which fill before anybody feels the pause. */
const KERNEL_BYTES = 16 * MIB;

async function pair(pingPeriodMs = 0) {
  const accepted: SpdyStream[] = [];
  const connections = await spdyPair({
    client: { pingPeriodMs },
    server: {
      onStream: (stream) => {
        stream.reply();
        accepted.push(stream);
      },
    },
  });
  const open = async () => {
    const ours = connections.client.createStream({});
    await ours.replied;
    return { ours, theirs: accepted.at(-1)! };
  };
  return { ...connections, open };
}

/** Writes `bytes` of random data in pieces of odd sizes, waiting as it is told to. Returns their SHA-256. */
async function send(stream: SpdyStream, bytes: number): Promise<string> {
  const hash = createHash("sha256");
  const noise = randomBytes(MIB);
  for (let left = bytes; left > 0; ) {
    const piece = noise.subarray(0, Math.min(left, 1 + Math.floor(Math.random() * noise.length)));
    left -= piece.length;
    hash.update(piece);
    if (!stream.write(piece)) await new Promise((resolve) => stream.once("drain", resolve));
  }
  stream.end();
  return hash.digest("hex");
}

async function receive(stream: SpdyStream): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of stream.iterator({ destroyOnReturn: false })) hash.update(piece);
  return hash.digest("hex");
}

/** Writes for as long as it may, and says how far it got. */
function fill(stream: SpdyStream, limit: number): { readonly written: number } {
  const progress = { written: 0 };
  const piece = Buffer.alloc(64 * 1024, 7);
  const next = () => {
    while (progress.written < limit && !stream.destroyed) {
      progress.written += piece.length;
      if (!stream.write(piece)) return void stream.once("drain", next);
    }
    stream.end();
  };
  next();
  return progress;
}

/** A count that stopped growing over several turns of the event loop. */
async function settled(count: () => number): Promise<void> {
  let last = -1;
  let same = 0;
  await until("the flow to stop", () => {
    same = count() === last ? same + 1 : 0;
    last = count();
    return same > 20;
  });
}

describe("bulk", () => {
  it("carries 64 MiB each way at once, byte for byte", async () => {
    const { open } = await pair();
    const { ours, theirs } = await open();
    const [up, down, atServer, atClient] = await Promise.all([
      send(ours, 64 * MIB),
      send(theirs, 64 * MIB),
      receive(theirs),
      receive(ours),
    ]);
    expect([atServer, atClient]).toEqual([up, down]);
  });

  it("carries many streams at once, byte for byte", async () => {
    const { open, client, server } = await pair();
    const streams = [];
    for (let index = 0; index < 20; index++) streams.push(await open());
    const results = await Promise.all(
      streams.map(async ({ ours, theirs }) => {
        const all = [send(ours, MIB), receive(theirs), send(theirs, MIB), receive(ours)];
        const [up, atServer, down, atClient] = await Promise.all(all);
        return up === atServer && down === atClient;
      }),
    );
    expect(results).toEqual(streams.map(() => true));
    await until("all to be forgotten", () => client.streamCount + server.streamCount === 0);
  });
});

describe("a slow reader", () => {
  it("stops the sender, holds a bounded amount, and loses nothing when it reads on", async () => {
    const { client, open } = await pair();
    const { ours, theirs } = await open();
    const before = process.memoryUsage().arrayBuffers;
    const progress = fill(theirs, 128 * MIB);
    await until("the stall", () => client.stalled);
    await settled(() => progress.written);
    expect(progress.written).toBeLessThan(KERNEL_BYTES);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MIB);
    let received = 0;
    ours.on("data", (piece: Buffer) => {
      received += piece.length;
    });
    await until("everything", () => received === 128 * MIB);
    expect(client.stalled).toBe(false);
  });

  it("that resumes and pauses again and again gets every byte once", async () => {
    const { open } = await pair();
    const { ours, theirs } = await open();
    const sent = send(theirs, 8 * MIB);
    const hash = createHash("sha256");
    let pieces = 0;
    ours.on("data", (piece: Buffer) => {
      hash.update(piece);
      if (++pieces % 5 !== 0) return;
      ours.pause();
      setImmediate(() => ours.resume());
    });
    await new Promise((resolve) => ours.on("end", resolve));
    expect(hash.digest("hex")).toBe(await sent);
  });

  it("sends no pings to a peer that may have closed: the answer would be a reset, and cost what waits", async () => {
    const periodMs = 100;
    const { client, near, open } = await pair(periodMs);
    fill((await open()).theirs, 128 * MIB);
    await until("the stall", () => client.stalled);
    const before = near.bytesWritten;
    // Time itself is what is tried.
    await new Promise((resolve) => setTimeout(resolve, 3 * periodMs));
    expect(near.bytesWritten).toBe(before);
  });

  it.each([
    ["destroyed", (stream: SpdyStream) => stream.destroy()],
    ["reset by us", (stream: SpdyStream) => stream.reset()],
  ])("frees the others once it is %s", async (_how, end) => {
    const { client, open } = await pair();
    const slow = await open();
    const other = await open();
    fill(slow.theirs, 128 * MIB);
    await until("the stall", () => client.stalled);
    const answer = readAll(other.ours);
    other.theirs.end("late");
    end(slow.ours);
    expect(String(await answer)).toBe("late");
    expect(client.stalled).toBe(false);
  });

  it("does not keep our own writes, resets and pings from leaving", async () => {
    const { client, server, open, near } = await pair();
    const slow = await open();
    const other = await open();
    fill(slow.theirs, 128 * MIB);
    await until("the stall", () => client.stalled && near.isPaused());
    other.ours.end("still sent");
    expect(String(await readAll(other.theirs))).toBe("still sent");
    other.ours.reset();
    await until("the reset", () => other.theirs.resetStatus === 5);
    expect(server.streamCount).toBe(1);
  });
});

describe("what a connection holds for readers that do not read", () => {
  const PING = "8003000600000004";

  /** A server with `count` accepted streams, 1, 3, 5 and so on, that nobody reads. */
  async function unread(count: number) {
    const { connection, peer } = await withRawPeer({ role: "server", onStream: (stream) => stream.reply() });
    for (let index = 0; index < count; index++) {
      const block = `${index === 0 ? "78f9e3c6a7c2" : ""}6260606000000000ffff`;
      peer.send(`80030001${hex32(10 + block.length / 2)}${hex32(2 * index + 1)}000000000000${block}`);
    }
    await until("the streams", () => connection.streamCount === count);
    return { connection, peer };
  }

  function hex32(value: number): string {
    return value.toString(16).padStart(8, "0");
  }

  function data(streamId: number, length: number, fin = false): Buffer {
    const header = `${hex32(streamId)}${fin ? "01" : "00"}${hex32(length).slice(2)}`;
    return Buffer.concat([Buffer.from(header, "hex"), Buffer.alloc(length)]);
  }

  it("counts what a small frame costs, not only its bytes", async () => {
    const { connection, peer } = await unread(1);
    // 64 KiB of payload, a quarter of the limit, in 65 536 frames.
    peer.socket.write(Buffer.from("000000010000000161".repeat(64 * 1024), "hex"));
    await until("the stall", () => connection.stalled);
  });

  it("has a limit over all streams, each of them below its own", async () => {
    const count = 2 * (CONNECTION_BUFFER_BYTES / STREAM_BUFFER_BYTES);
    const { connection, peer } = await unread(count);
    for (let index = 0; index < count; index++) {
      peer.socket.write(data(2 * index + 1, STREAM_BUFFER_BYTES - 32 * 1024));
    }
    await until("the stall", () => connection.stalled);
  });

  it("goes on reading for the others when the slow stream can get no more", async () => {
    const sent: string[] = [];
    const bytes = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, callback) {
        sent.push(chunk.toString("hex"));
        callback();
      },
    });
    const connection = new SpdyConnection(bytes, { role: "server", onStream: (stream) => stream.reply() });
    bytes.push(Buffer.from("800300010000001a0000000100000000000078f9e3c6a7c26260606000000000ffff", "hex"));
    // One piece each, so that the piece above the limit is the one that brings the end.
    bytes.push(data(1, STREAM_BUFFER_BYTES - 32 * 1024));
    bytes.push(data(1, 64 * 1024, true));
    bytes.push(Buffer.from(`${PING}00000001`, "hex"));
    await until("the answer", () => sent.includes(`${PING}00000001`));
    expect(connection.stalled).toBe(false);
    connection.destroy();
  });
});
