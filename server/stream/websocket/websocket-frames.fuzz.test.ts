/** What a server may send, and what it may not: PORTHOLE_FUZZ_RUNS makes the run longer. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { FrameError, FrameReader, MAX_CONTROL_BYTES } from "./websocket-frames.ts";
import { wsFrame } from "./ws-frames.fixture.ts";

const RUNS = fuzzRuns(300);
const LIMIT_MS = fuzzLimitMs(RUNS);

/** What the reader makes of the chunks: the same however the bytes are cut. Any error but its own escapes. */
function read(chunks: Buffer[]): { events: string[]; failed: boolean } {
  const events: string[] = [];
  const reader = new FrameReader({
    begun() {},
    data(piece, first, binary) {
      if (first) events.push(`${binary}:`);
      events[events.length - 1] += piece.toString("hex");
    },
    control(opcode, payload) {
      expect(payload.byteLength).toBeLessThanOrEqual(MAX_CONTROL_BYTES);
      // Between the pieces of a message: at the front, so that those still stand together.
      events.unshift(`${opcode} ${payload.toString("hex")}`);
    },
  });
  try {
    for (const chunk of chunks) reader.push(chunk);
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return { events, failed: true };
  }
  return { events, failed: false };
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.byteLength; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 10 });

describe("FrameReader", { timeout: LIMIT_MS }, () => {
  it("reads any bytes as the same frames or the same refusal, however they are cut", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), sizes, (bytes, cuts) => {
        const whole = Buffer.from(bytes);
        expect(read(cut(whole, cuts))).toEqual(read([whole]));
      }),
      { numRuns: RUNS },
    );
  });

  it("gives every byte of what ws sends, once and in order", () => {
    const message = fc.record({
      data: fc.uint8Array({ maxLength: 400 }),
      opcode: fc.constantFrom(1, 2, 9, 10),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), sizes, (messages, cuts) => {
        const sent = messages.map(({ data, opcode }) => ({
          opcode,
          data: Buffer.from(opcode > 2 ? data.subarray(0, MAX_CONTROL_BYTES) : data),
        }));
        const stream = sent.map(({ data, opcode }) => wsFrame(data, opcode));
        const expected: string[] = [];
        for (const { opcode, data } of sent) {
          if (opcode > 2) expected.unshift(`${opcode} ${data.toString("hex")}`);
          else if (data.byteLength > 0) expected.push(`${opcode === 2}:${data.toString("hex")}`);
        }
        expect(read(cut(Buffer.concat(stream), cuts))).toEqual({ events: expected, failed: false });
      }),
      { numRuns: RUNS },
    );
  });
});
