import { describe, expect, it } from "vitest";
import { ago, formatBytes, formatMs, plural } from "./format.ts";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1.0 KB"],
    [99_940, "99.9 KB"],
    [120_000, "120 KB"],
    [8_100_000, "8.1 MB"],
    [2e15, "2000 TB"],
  ])("%d is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("formatMs", () => {
  it.each([
    [-3, "0 ms"],
    [0.3, "< 1 ms"],
    [3.4, "3 ms"],
    [1_640, "1.6 s"],
    [41_200, "41 s"],
    [252_000, "4 min"],
  ])("%d is %s", (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });
});

describe("plural", () => {
  it("counts, with a thin space in large numbers", () => {
    expect([plural(1, "pod"), plural(2, "pod"), plural(0, "reply", "replies")]).toEqual([
      "1 pod",
      "2 pods",
      "0 replies",
    ]);
    expect(plural(1_204, "byte")).toBe("1\u202f204 bytes");
  });
});

describe("ago", () => {
  const now = 1_000_000_000_000;
  it.each([
    [2, "just now"],
    [40, "40 s ago"],
    [180, "3 min ago"],
    [7_200, "2 h ago"],
    [5 * 86_400, "5 days ago"],
  ])("%d s is %s", (seconds, text) => {
    expect(ago(now - seconds * 1_000, now)).toBe(text);
  });
});
