import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, encodeText } from "#protocol/text.ts";
import { ControlStringLimit, MAX_CONTROL_STRING_BYTES } from "./control-string-limit.ts";

const LONG = "x".repeat(MAX_CONTROL_STRING_BYTES + 1_000);
const CUT = "x".repeat(MAX_CONTROL_STRING_BYTES);

function filtered(text: string, chunkBytes = Number.POSITIVE_INFINITY): string {
  const limit = new ControlStringLimit();
  const bytes = encodeText(text);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
    parts.push(limit.filter(bytes.subarray(at, at + chunkBytes)));
  }
  return decodeText(Buffer.concat(parts));
}

describe("ControlStringLimit", () => {
  it("passes everything else on untouched, as the same array", () => {
    const limit = new ControlStringLimit();
    for (const text of [
      "plain",
      "\x1b[31mred\x1b[m",
      "\x1b]0;title\x07",
      "\x1bP$q m\x1b\\",
      "ÄÂ\u0085",
      "",
    ]) {
      const bytes = encodeText(text);
      expect(limit.filter(bytes)).toBe(bytes);
    }
  });

  it.each([
    ["OSC to BEL", "\x1b]52;c;", "\x07"],
    ["OSC to ST", "\x1b]0;", "\x1b\\"],
    ["C1 OSC to C1 ST", "\u009d0;", "\u009c"],
    ["DCS", "\x1bP1$r", "\x1b\\"],
    ["C1 DCS", "\u0090q", "\u009c"],
    ["APC", "\x1b_", "\x1b\\"],
    ["PM", "\x1b^", "\x1b\\"],
    ["SOS", "\x1bX", "\x1b\\"],
    ["OSC behind a control that xterm looks through", "\x1b\r\n]0;", "\x07"],
  ])("cuts a long %s in every split and goes on after it", (_what, begin, end) => {
    for (const chunkBytes of [Number.POSITIVE_INFINITY, 1, 7, 4_096]) {
      const out = filtered(`before${begin}${LONG}${end}after`, chunkBytes);
      expect(out.startsWith(`before${begin}xxx`)).toBe(true);
      expect(out.length).toBeLessThanOrEqual(`before${begin}${CUT}\x18${end}after`.length);
      expect(out).toContain("x\x18");
      expect(out.endsWith("after")).toBe(true);
    }
  });

  it("does not take BEL for the end of anything but an OSC", () => {
    const out = filtered(
      `\x1bP${"x".repeat(MAX_CONTROL_STRING_BYTES - 10)}\x07${"y".repeat(1_000)}\x1b\\after`,
    );
    expect(out).toContain("\x18");
    expect(out.endsWith("\x1b\\after")).toBe(true);
  });

  it("counts each string for itself", () => {
    const text = `\x1b]0;${"x".repeat(MAX_CONTROL_STRING_BYTES - 10)}\x07`.repeat(3);
    expect(filtered(text, 1_000)).toBe(text);
  });

  it("begins the next string after a cut one", () => {
    const out = filtered(`\x1b]0;${LONG}\x1b]0;short\x07`);
    expect(out.endsWith("\x18\x1b]0;short\x07")).toBe(true);
  });

  it("gives the same bytes in any split", () => {
    const piece = fc.constantFrom(
      "\x1b",
      "]",
      "P",
      "\x07",
      "\x18",
      "\\",
      "a",
      "日",
      "\u009d",
      "\u009c",
      "\n",
      LONG,
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.integer({ min: 1, max: 50_000 }),
        (pieces, chunkBytes) => {
          // One byte at a time over a long string is covered above; here the border is what moves.
          const bytes = encodeText(pieces.join(""));
          const whole = new ControlStringLimit().filter(bytes);
          const split = new ControlStringLimit();
          const parts: Uint8Array[] = [];
          for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
            parts.push(split.filter(bytes.subarray(at, at + chunkBytes)));
          }
          expect(Buffer.concat(parts).equals(Buffer.from(whole))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
