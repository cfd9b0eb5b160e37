/** Whatever a client writes is read as one thing, and what may go upstream from it is what an API server takes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuzzLimitMs, fuzzRuns } from "#server/testing/fuzz-runs.ts";
import { encodeAck } from "./ack.ts";
import { Channel } from "./channel.ts";
import { type ClientRules, readClientFrame } from "./client-frame.ts";
import { encodeResize, isDimension } from "./resize.ts";
import { decodeText, encodeText } from "./text.ts";

const RUNS = fuzzRuns(1_000);
const LIMIT_MS = fuzzLimitMs(RUNS);

const dimension = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 65_535 }) }, fc.jsonValue());
const sizes = fc
  .array(fc.record({ Width: dimension, height: dimension }, { requiredKeys: [] }), { maxLength: 4 })
  .chain((list) =>
    fc
      .constantFrom("", "\n", " ", ",")
      .map((separator) => list.map((size) => JSON.stringify(size)).join(separator)),
  );
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.nat(255).map((byte) => Uint8Array.of(byte)),
  fc.nat(2 ** 50).map(encodeAck),
  fc
    .record({ width: fc.integer({ min: 1, max: 70_000 }), height: fc.integer({ min: 1, max: 70_000 }) })
    .map(encodeResize),
  sizes.map(encodeText),
);
const channel = fc.oneof(fc.nat(9), fc.constant(255), fc.nat(255));
const rules: fc.Arbitrary<ClientRules> = fc.record({
  tty: fc.boolean(),
  closes: fc.boolean(),
  porthole: fc.boolean(),
});

/** The objects of a JSON stream, as encoding/json decodes one; null where its decoder fails. */
function jsonStream(text: string): Record<string, unknown>[] | null {
  const values: Record<string, unknown>[] = [];
  for (let rest = text.trim(); rest !== ""; ) {
    const end = [...rest.matchAll(/\}/g)].find(({ index }) => isJson(rest.slice(0, index + 1)));
    if (!end) return null;
    values.push(JSON.parse(rest.slice(0, end.index + 1)));
    rest = rest.slice(end.index + 1).trim();
  }
  return values;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("readClientFrame", { timeout: LIMIT_MS }, () => {
  it("gives on only what is for a client to write, under the rules it speaks by", () => {
    fc.assert(
      fc.property(channel, payload, rules, (id, bytes, spoken) => {
        const frame = readClientFrame(id, bytes, spoken);
        switch (frame.kind) {
          case "stdin":
            expect([id, frame.bytes]).toEqual([Channel.Stdin, bytes]);
            break;
          case "resize": {
            expect([id, spoken.tty]).toEqual([Channel.Resize, true]);
            for (const size of jsonStream(decodeText(bytes))!) {
              const dimensions = Object.entries(size).filter(([key]) => /^(width|height)$/i.test(key));
              expect(dimensions.length).toBeGreaterThanOrEqual(2);
              for (const [, number] of dimensions) expect(isDimension(number)).toBe(true);
            }
            break;
          }
          case "close":
            expect([id, spoken.closes, bytes]).toEqual([Channel.Close, true, Uint8Array.of(frame.channel)]);
            expect(frame.channel).toBeLessThanOrEqual(Channel.Resize);
            break;
          case "ack":
            expect([id, spoken.porthole]).toEqual([Channel.Ack, true]);
            expect(encodeAck(frame.offset)).toEqual(Uint8Array.from(bytes));
            break;
          case "echo":
            expect([id, spoken.porthole, frame.payload]).toEqual([Channel.Echo, true, bytes]);
            break;
          case "violation":
            expect([Channel.Close, Channel.Ack]).toContain(id);
            expect(frame.words).not.toBe("");
            break;
          case "ignored":
            expect(id).not.toBe(Channel.Stdin);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
