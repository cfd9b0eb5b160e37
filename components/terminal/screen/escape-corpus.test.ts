// @vitest-environment happy-dom
/**
 * Hostile terminal output through the real parser and our guards (threats A20): whatever a pod prints, nothing is
 * typed back that it chose, the clipboard stays as it was, titles are clean, and nothing throws.
 */
import { Terminal } from "@xterm/xterm";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isTerminalReport } from "../session/kept-input.ts";
import { ControlStringLimit } from "./control-string-limit.ts";
import { guardOutput, TITLE_EVERY_MS } from "./screen-guards.ts";
import { screenOptions } from "./screen-options.ts";
import { unicode11 } from "./unicode-widths.ts";

const ESC = "\x1b";
const ST = `${ESC}\\`;

/** Sequences whose answers are known and carry nothing the pod could choose. */
const QUERIES = ["[c", "[>c", "[=c", "[0c", "[5n", "[6n", "[?6n", "[?2004$p", "[4$p"].map(
  (query) => ESC + query,
);

const HOSTILE = [
  // Window reports: titles and sizes that would be typed into the shell.
  ...[11, 13, 14, 15, 16, 18, 19, 20, 21].map((report) => `${ESC}[${report}t`),
  ...["[22t", "[23t", "[8;9999;9999t", "[3;0;0t", "[2t", "[9;1t"].map((action) => ESC + action),
  // A title, and the report that would echo it (CVE-2003-0063 and its many children).
  `${ESC}]0;; rm -rf ~ \r\x07${ESC}[21t`,
  `${ESC}]2;$(reboot)${ST}${ESC}[21t`,
  // Settings requests whose answer repeats the request (CVE-2019-0542).
  `${ESC}P$q; reboot\r${ST}`,
  `${ESC}P$q"p\nreboot\n${ST}`,
  `${ESC}P+q6e616d65${ST}`,
  `${ESC}P+p6e616d65${ST}`,
  // Clipboard.
  `${ESC}]52;c;?\x07`,
  `${ESC}]52;;?${ST}`,
  `${ESC}]52;p;?\x07`,
  "\x9d52;c;?\x9c",
  `${ESC}]52;c;!\x07`,
  `${ESC}]52;c;${"A".repeat(200_000)}\x07`,
  `${ESC}]5522;type=read\x07`,
  // iTerm2, kitty, VS Code, urxvt, konsole extensions that write files, run or fetch things.
  `${ESC}]1337;File=name=cGFzc3dk;inline=1:AAAA\x07`,
  `${ESC}]1337;CopyToClipboard=general\x07secret${ESC}]1337;EndCopy\x07`,
  `${ESC}]1337;OpenURL=:aHR0cDovL2V2aWwv\x07`,
  `${ESC}]1337;ReportVariable=cGF0aA==\x07`,
  `${ESC}_Ga=T,f=100,t=f;L2V0Yy9wYXNzd2Q=${ST}`,
  `${ESC}P@kitty-cmd{"cmd":"launch"}${ST}`,
  `${ESC}]777;run-shell;reboot\x07`,
  `${ESC}]50;#1\x07`,
  `${ESC}]50;?\x07`,
  `${ESC}]51;A"$(reboot)"\x07`,
  `${ESC}]7;file:///etc/passwd\x07`,
  `${ESC}]633;E;reboot;nonce\x07`,
  `${ESC}]9;4;3;50\x07`,
  `${ESC}]99;i=1;reboot${ST}`,
  // Answerback, printing, status, macros, user-defined keys, loading of characters, colour tables.
  "\x05",
  `${ESC}[i${ESC}[4i`,
  `${ESC}[5i/etc/passwd${ESC}[4i`,
  `${ESC}[?26n${ESC}[?25n`,
  `${ESC}P1;1|17/726d202d7266${ST}`,
  `${ESC}P0;0;0!z72656267${ST}${ESC}[0*z`,
  `${ESC}P1$tx${ST}`,
  `${ESC}]4;9999;?\x07`,
  `${ESC}]104;${"9;".repeat(5_000)}\x07`,
  // Links to elsewhere.
  `${ESC}]8;;javascript:alert(1)\x07click${ESC}]8;;\x07`,
  `${ESC}]8;;file:///etc/passwd\x07click${ESC}]8;;\x07`,
  `${ESC}]8;id=${"x".repeat(10_000)};https://a/\x07click${ESC}]8;;\x07`,
  // Broken, endless and nested ones.
  `${ESC}]0;never ended`,
  `${ESC}P`,
  `${ESC}[${"1;".repeat(50_000)}m`,
  `${ESC}[99999999999999999999A`,
  `${ESC}[2147483647b`,
  `x${ESC}[2147483647@${ESC}[2147483647P${ESC}[2147483647L`,
  `${ESC}${ESC}${ESC}]0;${ESC}[31m\x07`,
  "\x9b\x9b\x9d\x90\x98\x9e\x9f",
  `${ESC}[?2026h`,
  `${ESC}(${ESC})0${ESC}%G\x0e\x0f`,
  `${ESC}#8${ESC}c`,
  "\u202e\u2066\u{e0041}\u{10ffff}\ufffe",
];

let terminal: Terminal;
let guards: { dispose(): void };
let limit: ControlStringLimit;
let typed: string[];
let titles: (string | null)[];
let clipboardWrites: string[];

beforeEach(() => {
  terminal = new Terminal(
    screenOptions({
      theme: {},
      fontFamily: "monospace",
      fontSizePx: 13,
      screenReader: false,
      optionIsMeta: false,
    }),
  );
  terminal.unicode.register(unicode11);
  terminal.unicode.activeVersion = "11";
  limit = new ControlStringLimit();
  typed = [];
  titles = [];
  clipboardWrites = [];
  guards = guardOutput(terminal, {
    onTitle: (title) => titles.push(title),
    onClipboardWrite: (text) => clipboardWrites.push(text),
    onLinkHover: () => {},
  });
  terminal.onData((data) => typed.push(data));
  terminal.onBinary((data) => typed.push(data));
});
afterEach(() => {
  guards.dispose();
  terminal.dispose();
});

function print(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => terminal.write(limit.filter(bytes), resolve));
}

/** Output as the pod's bytes: C1 controls in UTF-8. */
const output = (text: string) => print(new TextEncoder().encode(text));

describe("hostile output", () => {
  it.each(HOSTILE)("is answered with nothing it chose: %j", async (sequence) => {
    await output(`${sequence}\x18${ST}text`);
    for (const data of typed) {
      expect(isTerminalReport(data)).toBe(true);
      expect(data).not.toMatch(/reboot|rm -rf|passwd|[\r\n]/);
    }
    expect(clipboardWrites).toEqual([]);
  });

  it.each(QUERIES)("gets the plain answer to a plain query: %j", async (query) => {
    await output(query);
    expect(typed.every(isTerminalReport)).toBe(true);
    expect(typed.join("").length).toBeLessThan(40);
  });

  it("may ask for the clipboard, and is not answered", async () => {
    await output(`${ESC}]52;c;?\x07`);
    expect(typed).toEqual([]);
  });

  it("may offer text for the clipboard, which is handed to a person", async () => {
    await output(`${ESC}]52;c;aGVsbG8=\x07`);
    expect(clipboardWrites).toEqual(["hello"]);
  });

  it("sets titles that are clean, and not more of them than can be read", async () => {
    for (let count = 0; count < 500; count += 1) await output(`${ESC}]0;t\u202e${count}\x07`);
    expect(titles.length).toBeLessThan(10);
    await expect.poll(() => titles.at(-1), { timeout: TITLE_EVERY_MS * 8 }).toBe("t⟨U+202E⟩499");
  });

  it("cannot keep the page busy with one absurd count", async () => {
    const finals = Array.from({ length: 0x7f - 0x40 }, (_, at) => String.fromCharCode(0x40 + at));
    for (const prefix of ["", "?", ">", "="]) {
      for (const intermediate of ["", " ", "'", '"', "$", "!", "*"]) {
        const sequences = finals.map((final) => `x${ESC}[${prefix}2147483647${intermediate}${final}`);
        // A loop over the count would outlast this test by an hour.
        await output(sequences.join("\r\n"));
      }
    }
    expect(typed.every(isTerminalReport)).toBe(true);
  });

  it("still obeys counts that a program means", async () => {
    await output(`one\r\ntwo${ESC}[1;1H${ESC}[1L${ESC}[3;1Hx${ESC}[4b`);
    const lines = [0, 1, 2].map((y) => terminal.buffer.active.getLine(y)?.translateToString(true));
    expect(lines).toEqual(["", "one", "xxxxx"]);
  });

  it("never makes the parser throw, whatever the bytes", async () => {
    const byte = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(0x1b, 0x5b, 0x5d, 0x50, 0x3b, 0x3f, 0x07, 0x9b, 0xc2, 0x18, 0x35, 0x24),
      },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 255 }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 64, maxLength: 2_048 }),
        fc.array(byte, { maxLength: 512 }),
        async (noise, grammar) => {
          await print(noise);
          await print(Uint8Array.from(grammar));
          expect(typed.every(isTerminalReport)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });
});
