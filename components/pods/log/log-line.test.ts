import { describe, expect, it } from "vitest";
import { plainText } from "./log-line.ts";
import { styledSpans } from "./styled-spans.ts";

describe("plainText", () => {
  it.each([
    ["a colour that does not end", "a\x1b[31", "a"],
    ["one cut off behind its beginning", "a\x1b[", "a"],
    ["a lone escape", "a\x1b", "a"],
    ["one that another begins in", "a\x1b[31\x1b[1mb", "ab"],
    ["one with spaces before its end", "a\x1b[3 qb\x1b[3 ", "ab"],
    ["one that a control stands in", "a\x1b[3\x071mb", "ab"],
    ["a title", "\x1b]0;title\x07a", "a"],
    ["a title that does not end", "a\x1b]0;title", "a"],
    ["a title that a colour ends", "\x1b]0;title\x1b[31ma", "a"],
    ["a title with an end of one character", "\x1b]0;title\x9ca", "a"],
    ["a link that does not end", "a\x1b]8;;https://x.example", "a"],
    ["a device control string", "\x1bP1$r0m\x1b\\a\x1bPq#0", "a"],
    ["an application's command", "\x1b_Gf=100;AAAA\x1b\\a\x1b_G", "a"],
    ["a privacy message, and a start of string", "\x1b^pm\x1b\\a\x1bXsos", "a"],
    ["a choice of letters, as tput sgr0 writes it", "a\x1b(B\x1b[mb\x1b(", "ab"],
    ["commands of two characters", "\x1b7a\x1b8\x1b=\x1bMb\x1bc", "ab"],
    ["beginnings of one character", "\x9b31ma\x9d0;title\x07b\x90q\x9cc\x9b31", "abc"],
    ["a string that is given up", "\x1bPq#0\x18a", "a"],
  ])("has nothing of %s", (_what, raw, text) => {
    expect(plainText(raw)).toBe(text);
    expect(
      styledSpans(raw)
        .map((span) => span.text)
        .join(""),
    ).toBe(text);
  });

  it("is quick with a megabyte of beginnings", () => {
    for (const piece of ["\x1b[", "\x1b]", "\x1bP", "\x9d", "\x1b[1;", "\x1b(", "\x1b]0;\x1b"]) {
      const began = performance.now();
      plainText(piece.repeat(1024 * 1024));
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  });
});
