import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reviewPaste } from "./paste-filter.ts";

describe("reviewPaste", () => {
  it.each([
    ["an embedded end of a bracketed paste", "ls\x1b[201~; rm -rf ~\r", "ls[201~; rm -rf ~\r"],
    ["the same with a C1 introducer", "ls\x9b201~x", "ls201~x"],
    ["backspaces that hide what stands before them", "evil\b\b\b\bgood", "evilgood"],
    ["an interrupt and an end of input", "a\x03b\x04c", "abc"],
    ["a NUL and a DEL", "a\0b\x7fc", "abc"],
    ["a device control string", "\x1bP+q544e\x1b\\", "P+q544e\\"],
  ])("takes out %s", (_what, clipboard, text) => {
    expect(reviewPaste(clipboard, true).text).toBe(text);
  });

  it("leaves tabs, line breaks, accents, emoji and joined emoji alone", () => {
    const text = "a\tb\nc\r\nä 日 👩‍👩‍👧 é";
    expect(reviewPaste(text, true)).toMatchObject({ text, removed: 0 });
  });

  it("counts what it took out", () => {
    expect(reviewPaste("\x1b\x1b[31mred", true).removed).toBe(2);
  });

  it("never lets a control character through but tab and line breaks", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (clipboard) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
        expect(reviewPaste(clipboard, false).text).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/);
      }),
    );
  });

  it("asks before lines that a program would run as they arrive", () => {
    expect(reviewPaste("ls", false)).toMatchObject({ mustAsk: false, lines: 1 });
    expect(reviewPaste("ls\n", false)).toMatchObject({ mustAsk: true, lines: 1 });
    expect(reviewPaste("a\nb\r\n", false)).toMatchObject({ mustAsk: true, lines: 2 });
    expect(reviewPaste("a\n\n", false)).toMatchObject({ mustAsk: true, lines: 2 });
    expect(reviewPaste("a\r\nb\rc", false)).toMatchObject({ mustAsk: true, lines: 3 });
    expect(reviewPaste("a\nb", true).mustAsk).toBe(false);
  });
});
