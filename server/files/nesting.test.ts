import { expect, it } from "vitest";
import { holdsMore, nestsDeeper } from "./nesting.ts";

const LEVELS = 10;
const SOON_MS = 2_000;
const steps = (count: number) =>
  Array.from({ length: count }, (_, level) => `${"  ".repeat(level)}a:`).join("\n");

it.each([
  ["[", "]"],
  ['{"a":', "}"],
  ["{a: ", "}"],
  ["- ", ""],
  ["? ", ""],
  ["- [", "]"],
])("counts levels of %j", (open, close) => {
  const nested = (count: number) => open.repeat(count) + close.repeat(count);
  expect(nestsDeeper(nested(LEVELS - 1), LEVELS)).toBe(false);
  expect(nestsDeeper(nested(LEVELS + 1), LEVELS)).toBe(true);
});

it("counts levels of block style, however wide, and not how many there are one after the other", () => {
  expect(nestsDeeper(steps(LEVELS), LEVELS)).toBe(false);
  expect(nestsDeeper(steps(LEVELS + 1), LEVELS)).toBe(true);
  expect(nestsDeeper(`${steps(LEVELS)}\n`.repeat(50), LEVELS)).toBe(false);
  expect(nestsDeeper(`a:\n${" ".repeat(200)}b: c\n${"\n   \n# x\n".repeat(50)}`, LEVELS)).toBe(false);
  expect(nestsDeeper("[]{}[a]{b: c}\n".repeat(1_000), LEVELS)).toBe(false);
});

it("counts lines and items", () => {
  for (const one of ["a: 1\n", "a: 1\r", "a,", "\n"]) {
    expect(holdsMore(one.repeat(LEVELS), LEVELS)).toBe(false);
    expect(holdsMore(one.repeat(LEVELS + 1), LEVELS)).toBe(true);
  }
});

it("looks at megabytes at once, whatever they hold", () => {
  const began = performance.now();
  for (const unit of ["{", "{a: ", "- ", " ", "\n", " \n", "-", "a", "  a:\n", "? - : "]) {
    nestsDeeper(unit.repeat((4 * 1024 * 1024) / unit.length), LEVELS);
    nestsDeeper(unit.repeat((4 * 1024 * 1024) / unit.length), 100);
    holdsMore(unit.repeat((4 * 1024 * 1024) / unit.length), 1_000_000_000);
  }
  expect(performance.now() - began).toBeLessThan(10 * SOON_MS);
});
