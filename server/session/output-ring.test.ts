import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutputHistory } from "./output-history.ts";
import { OutputRing } from "./output-ring.ts";

/** Everything from an offset on, read as a viewer reads: until nothing is left. */
function readAll(history: OutputHistory, from = history.start): Buffer {
  const pieces: Uint8Array[] = [];
  for (let offset = from; offset < history.end; ) {
    const piece = history.read(offset, history.end - offset);
    expect(piece.byteLength).toBeGreaterThan(0);
    pieces.push(Buffer.from(piece));
    offset += piece.byteLength;
  }
  return Buffer.concat(pieces);
}

describe("OutputRing", () => {
  it("holds exactly the last bytes, whatever pieces they came in", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 7_000 }), { maxLength: 20 }),
        fc.constantFrom(16_384, 10_000, 5_000),
        (pieces, capacity) => {
          const ring = new OutputRing(capacity);
          const all = Buffer.concat(pieces);
          for (const piece of pieces) ring.append(piece);
          expect(ring.end).toBe(all.byteLength);
          expect(ring.end - ring.start).toBe(Math.min(all.byteLength, capacity));
          expect(readAll(ring).equals(all.subarray(ring.start))).toBe(true);
        },
      ),
    );
  });

  it("reads from any offset it still holds, and no more than asked for", () => {
    const ring = new OutputRing(4_096);
    ring.append(Buffer.from("a".repeat(5_000)));
    ring.append(Buffer.from("0123456789"));
    expect(Buffer.from(ring.read(ring.end - 10, 4)).toString()).toBe("0123");
    expect(ring.read(ring.end, 4).byteLength).toBe(0);
  });

  it("gives its own memory instead of a copy, and a piece of it where that ends", () => {
    const ring = new OutputRing(4_096);
    ring.append(Buffer.alloc(4_096 + 100, "x"));
    ring.append(Buffer.from("y".repeat(4_000)));
    const piece = ring.read(ring.start, 4_096);
    const next = ring.read(ring.start + piece.byteLength, 4_096);
    expect(piece.byteLength).toBe(4_096 - (ring.start % 4_096));
    const again = ring.read(ring.start, 4_096);
    expect(again.buffer).toBe(piece.buffer);
    expect(again.byteOffset).toBe(piece.byteOffset);
    expect(piece.byteLength + next.byteLength).toBe(4_096);
  });

  it("keeps the tail of a piece larger than itself", () => {
    const ring = new OutputRing(4_096);
    const piece = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251));
    ring.append(piece);
    expect(ring.start).toBe(10_000 - 4_096);
    expect(readAll(ring).equals(piece.subarray(10_000 - 4_096))).toBe(true);
  });
});
