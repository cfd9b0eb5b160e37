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

  it("takes the last state of a line that was written over, and keeps what the container wrote", () => {
    const buffer = new LogBuffer();
    buffer.push([at(1, "10%\r50%\r100%"), at(2, "\x1b[K5 of 9\r\x1b[K9 of 9\r\x1b[K")]);
    expect(texts(buffer)).toEqual(["100%", "9 of 9"]);
    expect(buffer.snapshot()[0]?.raw).toBe("10%\r50%\r100%");
  });

  it("puts earlier lines in front, and keeps them beyond the bound", () => {
    const buffer = new LogBuffer();
    buffer.push([at(3, "three")]);
    const [line] = buffer.snapshot();
    buffer.addEarlier([
      { time: "", text: "one" },
      { time: "", text: "two" },
    ]);
    buffer.addEarlier([{ time: "", text: "none" }]);
    expect(texts(buffer)).toEqual(["none", "one", "two", "three"]);
    expect(buffer.snapshot().at(-1)?.id).toBe(line?.id);
    expect(new Set(buffer.snapshot().map(({ id }) => id)).size).toBe(4);
  });

  it("does not keep more text than a browser can", () => {
    const buffer = new LogBuffer();
    const megabyte = "x".repeat(1024 * 1024);
    for (let line = 0; line < 40; line += 1) buffer.push([megabyte]);
    expect(buffer.length).toBe(16);
    expect(buffer.dropped).toBe(24);
  });

  it("takes a line that was not whole back when it comes again", () => {
    const buffer = new LogBuffer();
    buffer.add([
      { time: "", text: "one" },
      { time: "", text: "tw", open: true },
    ]);
    expect(buffer.place().map(({ text }) => text)).toEqual(["one"]);
    buffer.add([{ time: "", text: "two" }]);
    expect(texts(buffer)).toEqual(["one", "two"]);
  });

  it("knows a place by as many lines as make it one", () => {
    const buffer = new LogBuffer();
    buffer.push([at(1, "first"), ...Array.from({ length: 700 }, () => at(2, "same"))]);
    expect(buffer.place()).toHaveLength(701);
    buffer.divide("restart");
    expect(buffer.place()).toHaveLength(0);
    expect(buffer.lastRun).toHaveLength(701);
  });
});
