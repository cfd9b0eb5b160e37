import { describe, expect, it } from "vitest";
import { cleanTitle, MAX_TITLE_CHARS } from "./title-filter.ts";

describe("cleanTitle", () => {
  it.each([
    ["plain", "vim notes.txt", "vim notes.txt"],
    ["controls", "a\x00\x1b[31m\x07b\x9b", "a[31mb"],
    [
      "bidi overrides that would reverse the page's own text",
      "\u202egnp.exe\u2066",
      "⟨U+202E⟩gnp.exe⟨U+2066⟩",
    ],
    ["zero-width characters and soft hyphens", "pay\u200bments", "pay⟨U+200B⟩ments"],
    ["tag characters", "x\u{e0041}y", "x⟨U+E0041⟩y"],
    ["line and paragraph separators", "one\u2028two\u2029three\nfour", "onetwothreefour"],
    ["blanks that push text out of sight", `a${" ".repeat(500)}b`, "a b"],
    ["markup, which stays text", "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
    ["characters of two code units", "日本 🚀", "日本 🚀"],
  ])("cleans %s", (_what, raw, title) => {
    expect(cleanTitle(raw)).toBe(title);
  });

  it("has no title for what leaves nothing to read", () => {
    expect(cleanTitle("")).toBeNull();
    expect(cleanTitle(" \x9b\x07 ")).toBeNull();
  });

  it("cuts by characters, never through one", () => {
    const title = cleanTitle("🚀".repeat(MAX_TITLE_CHARS + 50)) ?? "";
    expect([...title]).toHaveLength(MAX_TITLE_CHARS);
    expect(title.endsWith("🚀…")).toBe(true);
  });
});
