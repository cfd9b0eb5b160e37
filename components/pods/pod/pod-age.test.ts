import { describe, expect, it } from "vitest";
import { podAge, restartWords } from "./pod-age.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

describe("podAge", () => {
  it.each([
    [-5 * S, "<invalid>"],
    [-1 * S, "0s"],
    [0, "0s"],
    [119 * S, "119s"],
    [2 * M, "2m"],
    [5 * M + 10 * S, "5m10s"],
    [10 * M + 59 * S, "10m"],
    [179 * M, "179m"],
    [3 * H, "3h"],
    [7 * H + 30 * M, "7h30m"],
    [8 * H + 30 * M, "8h"],
    [47 * H, "47h"],
    [2 * D + 3 * H, "2d3h"],
    [7 * D, "7d"],
    [8 * D + 5 * H, "8d"],
    [729 * D, "729d"],
    [730 * D, "2y"],
    [800 * D, "2y70d"],
    [9 * 365 * D, "9y"],
  ])("prints %d ms as kubectl does: %s", (ms, text) => {
    expect(podAge(NOW - ms, NOW)).toBe(text);
  });
});

describe("restartWords", () => {
  it("says nothing of none, and when the last one was", () => {
    expect(restartWords(0, null, NOW)).toBe("");
    expect(restartWords(1, null, NOW)).toBe("1 restart");
    expect(restartWords(12, NOW - 3 * M, NOW)).toBe("12 restarts (3 min ago)");
  });
});
