import { describe, expect, it } from "vitest";
import { isTerminalReport } from "./kept-input.ts";

describe("isTerminalReport", () => {
  it.each([
    ["device attributes", "\x1b[?1;2c"],
    ["secondary device attributes", "\x1b[>0;276;0c"],
    ["a cursor position", "\x1b[12;40R"],
    ["a status", "\x1b[0n"],
    ["a mode", "\x1b[?2004;1$y"],
    ["a setting", "\x1bP1$r0m\x1b\\"],
    ["a colour", "\x1b]11;rgb:0a0a/0c0c/0f0f\x1b\\"],
    ["a colour with BEL", "\x1b]11;rgb:0a0a/0c0c/0f0f\x07"],
    ["focus", "\x1b[I"],
    ["a mouse report", "\x1b[<0;10;20M"],
    ["an old mouse report", "\x1b[M !!"],
  ])("knows %s", (_what, data) => {
    expect(isTerminalReport(data)).toBe(true);
  });

  it.each([
    "a",
    "\r",
    "\x03",
    "\x1b",
    "\x1b[A",
    "\x1bOA",
    "\x1b[1;5C",
    "\x1b[3~",
    "\x1b[200~ls\x1b[201~",
    "\x1bf",
    "ls -la\r",
  ])("takes %j for typing", (data) => {
    expect(isTerminalReport(data)).toBe(false);
  });
});
