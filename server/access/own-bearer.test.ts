import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { OwnBearer } from "./own-bearer.ts";

let bearer: OwnBearer;
beforeEach(() => {
  vi.useFakeTimers();
  bearer = new OwnBearer((value) => value === "launch");
});
afterEach(() => {
  vi.useRealTimers();
});

const guess = (times: number) =>
  Array.from({ length: times }, (_, index) => bearer.isOwn(`Bearer guess-${index}`));

it.each(["launch", "Bearer launch", "bearer  launch"])("knows the launch token in %j", (value) => {
  expect(bearer.isOwn(value)).toBe(true);
});

it.each(["", "Bearer", "Basic launch", "Bearer launch2"])("does not take %j for it", (value) => {
  expect(bearer.isOwn(value)).toBe(false);
});

it("tells a pod that tries many nothing more, until a minute is over", () => {
  expect(guess(60)).not.toContain(true);
  expect(bearer.isOwn("Bearer launch")).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect(bearer.isOwn("Bearer launch")).toBe(true);
});

it("goes on keeping a token from pods that it has kept from one", () => {
  expect(bearer.isOwn("Bearer launch")).toBe(true);
  guess(1_000);
  expect(bearer.isOwn("Bearer launch")).toBe(true);
});

it("compares a program's own token once, however often it is sent", () => {
  for (let index = 0; index < 1_000; index += 1) bearer.isOwn("Bearer its-own");
  expect(bearer.isOwn("Bearer launch")).toBe(true);
});
