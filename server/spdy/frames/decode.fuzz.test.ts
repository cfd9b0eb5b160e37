import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import * as vectors from "#server/testing/vectors/spdy.ts";
import { SpdyConnectionError } from "../errors.ts";
import type { ControlFrame } from "./control-frame.ts";
import { FrameDecoder } from "./decode.ts";
import { encodeDataHeader, encodePing, encodeReset } from "./encode.ts";
import { decodeHeaderBlock } from "./header-block.ts";
import { HeaderDecompressor } from "./header-compression.ts";

/** The whole reading side, as a connection uses it. */
class Reader {
  readonly events: string[] = [];
  readonly decoder = new FrameDecoder(this);
  readonly #decompressor = new HeaderDecompressor();
  #lastPiece: { streamId: number; hex: string } | null = null;

  data(streamId: number, piece: Buffer, fin: boolean): void {
    if (this.#lastPiece?.streamId === streamId) this.events.pop();
    else this.#lastPiece = { streamId, hex: "" };
    this.#lastPiece.hex += piece.toString("hex");
    this.events.push(`${streamId}:${this.#lastPiece.hex}:${fin}`);
    if (fin) this.#lastPiece = null;
  }

  control(frame: ControlFrame): void {
    this.#lastPiece = null;
    if ("block" in frame) decodeHeaderBlock(this.#decompressor.decompress(frame.block));
    this.events.push(JSON.stringify(frame));
  }
}

/** What the reader makes of the bytes, and whether it ended with its own error. Any other error escapes. */
function read(chunks: Buffer[]): { events: string[]; failed: boolean } {
  const reader = new Reader();
  try {
    for (const chunk of chunks) reader.decoder.push(chunk);
  } catch (error) {
    if (!(error instanceof SpdyConnectionError)) throw error;
    return { events: reader.events, failed: true };
  }
  return { events: reader.events, failed: false };
}

function cut(bytes: Buffer, sizes: number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let offset = 0, index = 0; offset < bytes.length; index++) {
    const size = sizes.length === 0 ? bytes.length : sizes[index % sizes.length]!;
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return chunks;
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 });
const recorded = Buffer.from(
  [...vectors.KUBECTL_EXEC_OPEN, ...vectors.KUBECTL_EXEC_STDIN, ...vectors.KUBECTL_EXEC_CLOSE].join(""),
  "hex",
);
const frame = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.uint8Array({ maxLength: 60 }), fc.boolean())
    .map(([id, data, fin]) => {
      return Buffer.concat([encodeDataHeader(id, data.length, fin), data]);
    }),
  fc.integer({ min: 1, max: 99 }).map(encodePing),
  fc.integer({ min: 1, max: 99 }).map((id) => encodeReset(id, 5)),
);

describe("the reading side", { timeout: fuzzLimitMs(fuzzRuns(1000)) }, () => {
  it("only ever fails with SpdyConnectionError, whatever comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), sizes, (bytes, at) => {
        read(cut(Buffer.from(bytes), at));
      }),
      { numRuns: fuzzRuns(500) },
    );
  });

  it("only ever fails with SpdyConnectionError on a recorded session with bytes changed", () => {
    const changes = fc.array(fc.tuple(fc.nat(recorded.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(changes, sizes, (changed, at) => {
        const bytes = Buffer.from(recorded);
        for (const [index, value] of changed) bytes[index] = value;
        read(cut(bytes, at));
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  it("makes the same of the same bytes however they are cut", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), sizes, (frames, at) => {
        const bytes = Buffer.concat(frames);
        const whole = read([bytes]);
        expect(whole.failed).toBe(false);
        expect(read(cut(bytes, at))).toEqual(whole);
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  it("allocates no more than a few times what it is sent", () => {
    // 64 SYN_STREAMs that each announce the largest frame, and SETTINGS that announce 500 million entries.
    const lies = ["8003000100010fff", "80030004000100040fffffff", "8003000800010ff000000001ffffffff"];
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 3000 }, (_, index) => {
      const reader = new Reader();
      reader.decoder.push(Buffer.from(lies[index % lies.length]!, "hex"));
      return reader;
    });
    expect(readers.length * 2048).toBeGreaterThan(process.memoryUsage().arrayBuffers - before);
  });
});
