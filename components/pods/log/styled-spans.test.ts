import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLogLine } from "./log-line.ts";
import { styledSpans } from "./styled-spans.ts";

describe("styledSpans", () => {
  it.each([
    ["\x1b[31mred\x1b[0m plain", [{ text: "red", colour: "--bad" }, { text: " plain" }]],
    [
      "\x1b[1;92mok\x1b[22m ok",
      [
        { text: "ok", colour: "--green", bold: true },
        { text: " ok", colour: "--green" },
      ],
    ],
    ["\x1b[38;5;196mred\x1b[39m.", [{ text: "red", colour: "--bad" }, { text: "." }]],
    ["\x1b[38;2;0;0;255;4mblue", [{ text: "blue", colour: "--link", underline: true }]],
    ["\x1b[41mon red\x1b[m.", [{ text: "on red", background: "--bad" }, { text: "." }]],
    ["\x1b[8mhidden", [{ text: "hidden" }]],
    ["\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", [{ text: "link" }]],
    ["1%\r\x1b[32m100%\x1b[0m\r", [{ text: "100%", colour: "--green" }]],
    ["\x1b[999;abc", [{ text: "bc" }]],
  ])("%j", (raw, spans) => {
    expect(styledSpans(raw)).toEqual(spans);
  });

  it("says what the line's text says, whatever is in it", () => {
    const piece = fc.constantFrom(
      "a",
      "\x1b",
      "[",
      "3",
      "1",
      ";",
      "m",
      "K",
      "]",
      "\x07",
      "\r",
      "\t",
      "é",
      "\x1b[0m",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const raw = pieces.join("");
        const { text } = readLogLine({ text: raw, missing: 0, whole: true });
        const shown = styledSpans(raw).map((span) => span.text);
        expect(shown.join("")).toBe(text);
      }),
    );
  });
});
