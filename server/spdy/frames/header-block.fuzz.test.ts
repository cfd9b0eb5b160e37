/** Header blocks that lie, well compressed: everything behind zlib that decode.fuzz.test.ts seldom reaches. */
import { constants, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { SpdyConnectionError } from "../errors.ts";
import { MAX_HEADER_BLOCK_BYTES, MAX_HEADERS } from "./constants.ts";
import { SPDY_DICTIONARY } from "./dictionary.ts";
import { decodeHeaderBlock, type SpdyHeaders } from "./header-block.ts";
import { HeaderCompressor, HeaderDecompressor } from "./header-compression.ts";

const RUNS = fuzzRuns(400);
const LIMIT_MS = fuzzLimitMs(RUNS);

const FORBIDDEN = ["connection", "host", "keep-alive", "proxy-connection", "transfer-encoding"];

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value % 2 ** 32);
  return bytes;
}

const name = fc.oneof(
  fc.constantFrom("streamtype", "port", "requestid", "Port", "STREAMTYPE", "", "__proto__", ...FORBIDDEN),
  fc.string({ maxLength: 12 }),
);
const entry = fc.tuple(name, fc.string({ maxLength: 20 }));
const lie = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  fc.integer({ min: 1, max: 5 }),
  fc.constantFrom(2 ** 31, 2 ** 32 - 8),
);

/** A block, what it says, and whether all of it is true. */
const block = fc
  .record({
    entries: fc.array(entry, { maxLength: MAX_HEADERS + 4 }),
    count: lie,
    nameLength: lie,
    valueLength: lie,
    after: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(20)),
    cut: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(20)),
  })
  .map(({ entries, count, nameLength, valueLength, after, cut }) => {
    const parts: Buffer[] = [number(entries.length + count)];
    for (const [index, [key, value]] of entries.entries()) {
      const last = index === entries.length - 1;
      const [keyBytes, valueBytes] = [Buffer.from(key), Buffer.from(value)];
      parts.push(number(keyBytes.length + (last ? nameLength : 0)), keyBytes);
      parts.push(number(valueBytes.length + (last ? valueLength : 0)), valueBytes);
    }
    const whole = Buffer.concat([...parts, Buffer.alloc(after)]);
    const bytes = whole.subarray(0, whole.length - cut);
    const names = entries.map(([key]) => key);
    const lengths = entries.length === 0 || (nameLength === 0 && valueLength === 0);
    const honest =
      count === 0 &&
      lengths &&
      after === 0 &&
      cut === 0 &&
      entries.length <= MAX_HEADERS &&
      new Set(names).size === names.length &&
      names.every((key) => key !== "" && !/[A-Z]/.test(key) && !FORBIDDEN.includes(key));
    return { bytes, honest, entries };
  });

/** The headers, or the layer's own error. */
function read(decode: () => SpdyHeaders): SpdyHeaders | SpdyConnectionError {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof SpdyConnectionError)) throw error;
    expect(error.code).toBe("HEADERS");
    return error;
  }
}

describe("a header block", { timeout: LIMIT_MS }, () => {
  it("is read when all of it is true, and refused otherwise", () => {
    fc.assert(
      fc.property(block, ({ bytes, honest, entries }) => {
        const headers = read(() => decodeHeaderBlock(bytes));
        if (honest) expect(Object.entries(headers)).toEqual(Object.entries(Object.fromEntries(entries)));
        // Two lies may make a truth: a length that is longer by what follows.
        else if (!(headers instanceof SpdyConnectionError)) {
          for (const key of Object.keys(headers)) expect(key).not.toMatch(/^$|[A-Z]/);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("leaves the blocks that follow on the connection readable, whatever it says", () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), (blocks) => {
        const [compressor, decompressor] = [new HeaderCompressor(), new HeaderDecompressor()];
        for (const { bytes } of blocks) {
          const out = decompressor.decompress(compressor.compress(bytes));
          expect(out.equals(bytes)).toBe(true);
          read(() => decodeHeaderBlock(out));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("that is a bomb costs its limit and no more, wherever in the stream it comes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: MAX_HEADER_BLOCK_BYTES + 1, max: 8 * 1024 * 1024 }),
        fc.nat(255),
        fc.boolean(),
        (length, byte, first) => {
          const compressor = new HeaderCompressor();
          const decompressor = new HeaderDecompressor();
          const beginning = compressor.compress(number(0));
          let window: Buffer = SPDY_DICTIONARY;
          if (!first) window = Buffer.concat([window, decompressor.decompress(beginning)]);
          const deflated = deflateRawSync(Buffer.alloc(length, byte), {
            dictionary: window,
            finishFlush: constants.Z_SYNC_FLUSH,
          });
          const bomb = first ? Buffer.concat([beginning.subarray(0, 6), deflated]) : deflated;
          const before = process.memoryUsage().arrayBuffers;
          const outcome = read(() => decodeHeaderBlock(decompressor.decompress(bomb)));
          expect(outcome).toBeInstanceOf(SpdyConnectionError);
          expect((outcome as SpdyConnectionError).message).toContain("too long");
          expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * MAX_HEADER_BLOCK_BYTES);
        },
      ),
      // Each inflates megabytes on the sending side.
      { numRuns: Math.ceil(RUNS / 10) },
    );
  });
});
