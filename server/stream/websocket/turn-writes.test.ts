import { createHash, randomBytes } from "node:crypto";
import { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { socketPair } from "#server/testing/socket-pair.ts";
import { TurnWrites } from "./turn-writes.ts";

const NOTHING = new Uint8Array(0);

/** Remembers what it was given, and takes it when it is told to. */
class SlowSink extends Duplex {
  readonly writes: Buffer[] = [];
  #done: (() => void)[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes.push(chunk);
    this.#done.push(done);
  }

  override _read(): void {}

  accept(): void {
    for (const done of this.#done.splice(0)) done();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Past the turn in which a slab waits for more. */
const quiet = async () => {
  await turn();
  await turn();
};

describe("TurnWrites", () => {
  it("keeps the order of small and large, copied and kept", async () => {
    const { near, far, close } = await socketPair();
    const sent: Buffer[] = [];
    const received: Buffer[] = [];
    far.on("data", (chunk: Buffer) => received.push(chunk));
    const writes = new TurnWrites(near);
    const reused = Buffer.alloc(40_000);
    for (let round = 0; round < 200; round += 1) {
      const length = [3, 40_000, 16_384, 200][round % 4]!;
      const payload = reused.subarray(0, length);
      randomBytes(length).copy(payload);
      const header = Buffer.of(round % 256);
      sent.push(header, Buffer.from(payload));
      if (round % 7 === 0) writes.keep(header, Buffer.from(payload));
      else writes.copy(header, payload);
      if (round % 5 === 0) writes.flush();
      if (round % 11 === 0) await turn();
    }
    await turn();
    near.end();
    await new Promise((resolve) => far.once("end", resolve));
    const hash = (parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest("hex");
    expect(hash(received)).toBe(hash(sent));
    close();
  });

  it("sends small messages in their turn, and a slab in the first turn that brings no more", async () => {
    const sink = new SlowSink();
    const writes = new TurnWrites(sink);
    writes.copy(Buffer.of(1), Buffer.from("key"));
    await turn();
    expect(sink.writes.map(String)).toEqual(["\u0001key"]);
    sink.accept();
    writes.copy(NOTHING, Buffer.alloc(8_000));
    await turn();
    writes.copy(NOTHING, Buffer.alloc(8_000));
    await turn();
    expect(sink.writes).toHaveLength(1);
    await turn();
    expect(sink.writes.map((one) => one.byteLength)).toEqual([4, 16_000]);
  });

  it("fills a slab behind a reader that is slow, and sends it when that has caught up", async () => {
    const sink = new SlowSink();
    const writes = new TurnWrites(sink);
    for (let round = 0; round < 5; round += 1) {
      writes.copy(NOTHING, Buffer.alloc(10_000, round));
      await quiet();
    }
    expect(sink.writes.map((one) => one.byteLength)).toEqual([10_000]);
    expect(writes.pendingBytes).toBe(40_000);
    sink.accept();
    await quiet();
    expect(sink.writes.map((one) => one.byteLength)).toEqual([10_000, 40_000]);
    expect(writes.pendingBytes).toBe(0);
  });

  it("does not use a slab again before the socket has taken it", async () => {
    const sink = new SlowSink();
    const writes = new TurnWrites(sink);
    writes.copy(NOTHING, Buffer.alloc(8_000, 1));
    await quiet();
    writes.copy(NOTHING, Buffer.alloc(8_000, 2));
    await quiet();
    expect(sink.writes).toHaveLength(1);
    expect(sink.writes[0]!.every((byte) => byte === 1)).toBe(true);
    sink.accept();
    await quiet();
    expect(sink.writes[1]!.every((byte) => byte === 2)).toBe(true);
  });

  it("counts what the socket does not know of yet", async () => {
    const writes = new TurnWrites(new SlowSink());
    writes.copy(Buffer.of(1), Buffer.alloc(9_999));
    expect(writes.pendingBytes).toBe(10_000);
    await quiet();
    expect(writes.pendingBytes).toBe(0);
  });
});
