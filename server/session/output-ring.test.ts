import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputRing } from "./output-ring.ts";

describe("OutputRing", () => {
  it("holds exactly the last bytes, whatever pieces they came in", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 7_000 }), { maxLength: 20 }), (pieces) => {
        const ring = new OutputRing(16_384);
        const all = Buffer.concat(pieces);
        for (const piece of pieces) ring.append(piece);
        expect(ring.end).toBe(all.byteLength);
        expect(ring.end - ring.start).toBe(Math.min(all.byteLength, 16_384));
        expect(ring.read(ring.start, 16_384).equals(all.subarray(ring.start))).toBe(true);
      }),
    );
  });

  it("reads from any offset it still holds, and no more than asked for", () => {
    const ring = new OutputRing(4_096);
    ring.append(Buffer.from("a".repeat(5_000)));
    ring.append(Buffer.from("0123456789"));
    expect(ring.read(ring.end - 10, 4).toString()).toBe("0123");
    expect(ring.read(ring.end, 4).byteLength).toBe(0);
  });

  it("keeps the tail of a piece larger than itself", () => {
    const ring = new OutputRing(4_096);
    const piece = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251));
    ring.append(piece);
    expect(ring.start).toBe(10_000 - 4_096);
    expect(ring.read(ring.start, 4_096).equals(piece.subarray(ring.start))).toBe(true);
  });
});
