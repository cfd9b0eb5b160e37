import { describe, expect, it } from "vitest";
import { hiddenParts, markHidden } from "./hidden-characters.ts";

const RANGES: [string, number, number][] = [
  ["C0 controls", 0x00, 0x08],
  ["vertical tab and form feed", 0x0b, 0x0c],
  ["C0 controls after the carriage return", 0x0e, 0x1f],
  ["delete and C1 controls", 0x7f, 0x9f],
  ["embeddings and overrides", 0x202a, 0x202e],
  ["isolates", 0x2066, 0x2069],
  ["marks of direction", 0x200e, 0x200f],
  ["the Arabic letter mark", 0x061c, 0x061c],
  ["zero-width space and joiners", 0x200b, 0x200d],
  ["word joiner and invisible operators", 0x2060, 0x2064],
  ["old format characters", 0x206a, 0x206f],
  ["the byte order mark", 0xfeff, 0xfeff],
  ["the soft hyphen", 0xad, 0xad],
  ["the grapheme joiner", 0x34f, 0x34f],
  ["Mongolian separators", 0x180b, 0x180e],
  ["Hangul fillers", 0x115f, 0x1160],
  ["the Hangul filler of compatibility", 0x3164, 0x3164],
  ["the Hangul filler of half width", 0xffa0, 0xffa0],
  ["annotations", 0xfff9, 0xfffb],
  ["line and paragraph separators", 0x2028, 0x2029],
  ["tags", 0xe0000, 0xe007f],
  ["variation selectors", 0xfe00, 0xfe0f],
  ["more variation selectors", 0xe0100, 0xe01ef],
  ["halves of characters", 0xd800, 0xdfff],
];

describe("hidden characters", () => {
  it.each(RANGES)("are marked: %s", (_what, from, to) => {
    for (let code = from; code <= to; code += 1) {
      const hex = code.toString(16).toUpperCase().padStart(4, "0");
      const text = `web${String.fromCodePoint(code)}-0`;
      expect(markHidden(text)).toBe(`web⟨U+${hex}⟩-0`);
      // Put together they are the original again: that is what a copy gives.
      expect(hiddenParts(text)?.map((part) => part.text)).toEqual(["web", String.fromCodePoint(code), "-0"]);
    }
  });

  it.each([
    ["plain text", "payments-api-7c9f6b5d4c-b4lqz"],
    ["tab and line breaks", "one\ttwo\r\nthree"],
    ["Arabic", "خدمة الدفع تعمل"],
    ["Persian with its non-joiner", "می\u200cخواهم"],
    ["Hebrew with points", "שָׁלוֹם"],
    ["Hindi with a joiner", "क्\u200dष"],
    ["CJK", "支払い 日本"],
    ["accents made of two", "cafe\u0301"],
    ["emoji of several", "👩🏽\u200d💻 👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"],
    ["keycaps", "1\ufe0f\u20e3 #\ufe0f\u20e3"],
    ["a flag made of tags", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
    ["a variant of an ideograph", "葛\u{e0100}"],
  ])("are not found in %s", (_what, text) => {
    expect(hiddenParts(text)).toBeNull();
    expect(markHidden(text)).toBe(text);
  });

  it("are each marked, wherever they stand", () => {
    expect(markHidden("\u202egnp.exe\u202c")).toBe("⟨U+202E⟩gnp.exe⟨U+202C⟩");
    expect(markHidden("\u2067\u2067")).toBe("⟨U+2067⟩⟨U+2067⟩");
    expect(markHidden("a\ufe0f\u200db")).toBe("a⟨U+FE0F⟩\u200db");
  });
});
