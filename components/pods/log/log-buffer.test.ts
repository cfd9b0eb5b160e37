import { describe, expect, it } from "vitest";
import { LogBuffer, MAX_LOG_LINES } from "./log-buffer.ts";

const at = (second: number, text: string) =>
  `2026-11-20T10:00:${String(second).padStart(2, "0")}.000000000Z ${text}`;
const texts = (buffer: LogBuffer) => buffer.snapshot().map(({ text }) => text);

describe("LogBuffer", () => {
  it("takes the time off a line that has one", () => {
    const buffer = new LogBuffer();
    buffer.push([at(1, "hello"), "no time", "2026 is no time"]);
    expect(buffer.snapshot()).toEqual([
      { id: 0, time: "2026-11-20T10:00:01.000000000Z", text: "hello" },
      { id: 1, time: "", text: "no time" },
      { id: 2, time: "", text: "2026 is no time" },
    ]);
  });

  it("shows text, not commands to a terminal", () => {
    const buffer = new LogBuffer();
    buffer.push([
      "\x1b[1;31mred\x1b[0m",
      "\x1b]0;title\x07shown",
      "tab\there",
      "bell\x07 null\x00",
      "\x1b]52;c;ZXZpbA==\x1b\\end",
    ]);
    expect(texts(buffer)).toEqual(["red", "shown", "tab\there", "bell null", "end"]);
  });

  it("keeps the last lines, and counts the others", () => {
    const buffer = new LogBuffer();
    const total = MAX_LOG_LINES * 2 + 7;
    for (let line = 0; line < total; line += 1) buffer.push([`line ${line}`]);
    const lines = texts(buffer);
    expect(lines.length).toBeLessThanOrEqual(MAX_LOG_LINES);
    expect(lines.at(-1)).toBe(`line ${total - 1}`);
    expect(buffer.dropped).toBeGreaterThanOrEqual(total - MAX_LOG_LINES - 500);
    expect(buffer.dropped).toBeLessThanOrEqual(total - MAX_LOG_LINES);
  });

  it("leaves out what it has already when the reading goes on", () => {
    const buffer = new LogBuffer();
    buffer.push([at(1, "one"), at(2, "two")]);
    expect(buffer.lastTime).toBe("2026-11-20T10:00:02.000000000Z");
    buffer.resume();
    buffer.push([at(1, "one"), at(2, "two"), at(3, "three")]);
    expect(texts(buffer)).toEqual(["one", "two", "three"]);
  });
});
