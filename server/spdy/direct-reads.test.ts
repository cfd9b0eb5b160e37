import { createHash } from "node:crypto";
import { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { SpdyConnection } from "./connection.ts";
import type { DirectReader } from "./direct-reads.ts";
import { encodeDataHeader } from "./frames/encode.ts";

/** Takes what is written, and gives nothing by itself. */
class Silent extends Duplex {
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

/** A connection that is fed through one buffer, which is overwritten after each read. */
function fed() {
  let reader: DirectReader = () => {};
  const connection = new SpdyConnection(new Silent(), {
    role: "client",
    takeReads(taken) {
      reader = taken;
      return true;
    },
  });
  const buffer = Buffer.alloc(32 * 1024);
  const feed = (bytes: Buffer) => {
    for (let at = 0; at < bytes.byteLength; at += buffer.byteLength) {
      const length = bytes.copy(buffer, 0, at);
      reader(buffer.subarray(0, length));
      buffer.fill(0xee);
    }
  };
  return { connection, feed };
}

const frame = (id: number, payload: Buffer, fin = false) =>
  Buffer.concat([encodeDataHeader(id, payload.byteLength, fin), payload]);

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("bytes that are valid until their reader returns", () => {
  it("reach a reader that keeps up without a copy", async () => {
    const { connection, feed } = fed();
    const stream = connection.createStream({ streamtype: "data" });
    const seen: string[] = [];
    let direct = 0;
    stream.on("data", (piece: Buffer) => seen.push(piece.toString()));
    stream.takeReads((piece) => {
      direct += 1;
      seen.push(piece.toString());
    });
    await turn();
    feed(frame(stream.id, Buffer.from("one")));
    feed(frame(stream.id, Buffer.from("two"), true));
    expect(seen).toEqual(["one", "two"]);
    expect(direct).toBe(2);
    connection.destroy();
  });

  it("are kept whole and in order for one that pauses, wherever they wait", async () => {
    const { connection, feed } = fed();
    const stream = connection.createStream({ streamtype: "data" });
    const sent = createHash("sha256");
    const received = createHash("sha256");
    let receivedBytes = 0;
    let sentBytes = 0;
    const take = (piece: Buffer) => {
      received.update(piece);
      receivedBytes += piece.byteLength;
      if (receivedBytes % 3 === 0) stream.pause();
    };
    stream.on("data", take);
    stream.takeReads(take);
    await turn();
    for (let round = 0; round < 300; round += 1) {
      const payload = Buffer.alloc(1 + ((round * 977) % 9_000), round);
      sent.update(payload);
      sentBytes += payload.byteLength;
      feed(frame(stream.id, payload));
      if (round % 4 === 0) stream.resume();
      if (round % 9 === 0) await turn();
    }
    while (receivedBytes < sentBytes) {
      stream.resume();
      await turn();
    }
    expect(received.digest("hex")).toBe(sent.digest("hex"));
    connection.destroy();
  });

  it("are copied for those who only listen for 'data'", async () => {
    const { connection, feed } = fed();
    const stream = connection.createStream({ streamtype: "error" });
    const kept: Buffer[] = [];
    stream.on("data", (piece: Buffer) => kept.push(piece));
    await turn();
    feed(frame(stream.id, Buffer.alloc(20_000, 1)));
    feed(frame(stream.id, Buffer.alloc(20_000, 2), true));
    await turn();
    const all = Buffer.concat(kept);
    expect(all.equals(Buffer.concat([Buffer.alloc(20_000, 1), Buffer.alloc(20_000, 2)]))).toBe(true);
    connection.destroy();
  });
});
