/** A peer that sends any frame to a whole connection: it ends by its own error, or its streams go on untouched. */
import { Duplex } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { SpdyConnection } from "./connection.ts";
import { SpdyConnectionError } from "./errors.ts";
import { FrameType } from "./frames/constants.ts";
import {
  encodeDataHeader,
  encodeGoAway,
  encodePing,
  encodeReset,
  encodeSynReply,
  encodeSynStream,
} from "./frames/encode.ts";
import { encodeHeaderBlock } from "./frames/header-block.ts";
import { HeaderCompressor } from "./frames/header-compression.ts";
import type { SpdyStream } from "./stream.ts";

const RUNS = fuzzRuns(150);
const LIMIT_MS = fuzzLimitMs(RUNS);

/** Bytes that nobody sends: what is pushed is what the peer sent, what is written is taken. */
function silentBytes(): { bytes: Duplex; sent: () => number } {
  let sent = 0;
  const bytes = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      done();
    },
  });
  return { bytes, sent: () => sent };
}

function control(type: number, flags: number, payload: Uint8Array, version = 3): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8000 | version, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE(payload.length, 4);
  head[4] = flags;
  return Buffer.concat([head, payload]);
}

const anyFrame = fc.oneof(
  fc
    .tuple(fc.nat(12), fc.nat(255), fc.uint8Array({ maxLength: 24 }))
    .map(([type, flags, payload]) => control(type, flags, payload)),
  fc
    .tuple(fc.nat(0xffff), fc.constantFrom(0, 1, 2, 4), fc.uint8Array({ maxLength: 8 }))
    .map(([type, version, payload]) => control(type, 0, payload, version)),
  fc
    .tuple(fc.nat(9), fc.boolean(), fc.uint8Array({ maxLength: 24 }))
    .map(([id, fin, data]) => Buffer.concat([encodeDataHeader(id, data.length, fin), data])),
);

type Beside = (block: () => Buffer) => Buffer;

/** What a peer may do to streams of its own that are none of a reader's business, well formed or refused. */
const otherStreams: fc.Arbitrary<Beside> = fc
  .record({
    // Odd ones may be opened once each; even ones, repeated ones and lower ones are refused. Never 1.
    id: fc.integer({ min: 2, max: 12 }),
    flags: fc.constantFrom(0, 0, 1, 2),
    data: fc.uint8Array({ maxLength: 40 }),
    end: fc.constantFrom("nothing", "fin", "reset", "headers"),
  })
  .map(({ id, flags, data, end }) => (block) => {
    const open = encodeSynStream(id, block());
    open[4] = flags;
    const parts = [open, encodeDataHeader(id, data.length, end === "fin"), Buffer.from(data)];
    if (end === "reset") parts.push(encodeReset(id, 1));
    if (end === "headers") {
      const payload = Buffer.concat([Buffer.alloc(4), block()]);
      payload.writeUInt32BE(id);
      parts.push(control(FrameType.Headers, 0, payload));
    }
    return Buffer.concat(parts);
  });

/** What a peer may send to streams that are not there, any time. */
const nowhere = fc.oneof(
  fc.nat(1_000).map((id) => encodePing(2 * id + 1)),
  fc.integer({ min: 101, max: 999 }).map((id) => encodeReset(id, 5)),
  fc
    .tuple(fc.integer({ min: 101, max: 999 }), fc.uint8Array({ maxLength: 40 }), fc.boolean())
    .map(([id, data, fin]) => Buffer.concat([encodeDataHeader(id, data.length, fin), data])),
  fc.nat(5).map((count) => {
    const payload = Buffer.alloc(4 + 8 * count);
    payload.writeUInt32BE(count);
    return control(FrameType.Settings, 0, payload);
  }),
  fc.constant(control(FrameType.WindowUpdate, 0, Buffer.from("0000000100000001", "hex"))),
);

const harmless: fc.Arbitrary<Beside> = fc.oneof(
  otherStreams,
  // The reader's own stream, opened once more: refused, and not replaced.
  fc.constant((block: () => Buffer) => encodeSynStream(1, block())),
  nowhere.map((frame) => () => frame),
);

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 });

async function feed(bytes: Duplex, input: Buffer, at: number[]): Promise<void> {
  for (let offset = 0, turn = 0; offset < input.length && !bytes.destroyed; turn += 1) {
    const size = at.length === 0 ? input.length : at[turn % at.length]!;
    bytes.push(input.subarray(offset, offset + size));
    offset += size;
  }
  await new Promise((resolve) => setImmediate(resolve));
}

describe("a connection", { timeout: LIMIT_MS }, () => {
  it.each(["client", "server"] as const)("as %s ends with its own error, once, or lives on", async (role) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { maxLength: 12 }), sizes, async (frames, at) => {
        const { bytes, sent } = silentBytes();
        const ends: (SpdyConnectionError | null)[] = [];
        const connection = new SpdyConnection(bytes, {
          role,
          onStream: (stream) => stream.resume(),
          onEnd: (error) => ends.push(error),
        });
        if (role === "client") connection.createStream({ streamtype: "error" }).resume();
        const input = Buffer.concat(frames);
        await feed(bytes, input, at);
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends[0]) expect(ends[0]).toBeInstanceOf(SpdyConnectionError);
        // Every answer is to a frame of 8 bytes or more.
        expect(sent()).toBeLessThanOrEqual(200 + 4 * input.length);
        connection.destroy();
        expect(ends).toHaveLength(1);
      }),
      { numRuns: RUNS },
    );
  });

  it("gives a stream exactly its bytes, whatever is sent beside it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(harmless, { maxLength: 20 }), sizes, async (frames, at) => {
        const { bytes } = silentBytes();
        const ends: (SpdyConnectionError | null)[] = [];
        const accepted: SpdyStream[] = [];
        const connection = new SpdyConnection(bytes, {
          role: "server",
          onStream: (stream) => (stream.id === 1 ? accepted.push(stream) : stream.resume()),
          onEnd: (error) => ends.push(error),
        });
        const compressor = new HeaderCompressor();
        const block = () => compressor.compress(encodeHeaderBlock({ streamtype: "stdin" }));
        const parts = [encodeSynStream(1, block())];
        const words: string[] = [];
        for (const [index, beside] of frames.entries()) {
          const word = `${index} `;
          words.push(word);
          // A reply that nobody waits for: its block must be inflated all the same.
          parts.push(beside(block), encodeSynReply(999, block()));
          parts.push(encodeDataHeader(1, word.length, false), Buffer.from(word));
        }
        let read = "";
        const input = Buffer.concat(parts);
        const fed = feed(bytes, input, at);
        await new Promise((resolve) => setImmediate(resolve));
        accepted[0]?.on("data", (piece: Buffer) => {
          read += piece.toString();
        });
        await fed;
        await new Promise((resolve) => setImmediate(resolve));
        expect(ends).toEqual([]);
        expect(accepted).toHaveLength(1);
        expect(read).toBe(words.join(""));
        connection.destroy();
      }),
      { numRuns: RUNS },
    );
  });

  it("that hears GOAWAY first opens nothing, and says why", async () => {
    const { bytes } = silentBytes();
    const connection = new SpdyConnection(bytes, { role: "client" });
    await feed(bytes, encodeGoAway(0, 0), []);
    expect(() => connection.createStream({ streamtype: "error" })).toThrow(SpdyConnectionError);
    connection.destroy();
  });
});
