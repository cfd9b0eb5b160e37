import { expect, it } from "vitest";
import { ageOf, humanDuration } from "./human-duration.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// From k8s.io/apimachinery pkg/util/duration/duration_test.go.
it.each([
  [-2, "<invalid>"],
  [0, "0s"],
  [119, "119s"],
  [2 * MINUTE, "2m"],
  [2 * MINUTE + 1, "2m1s"],
  [10 * MINUTE - 1, "9m59s"],
  [10 * MINUTE + 5, "10m"],
  [3 * HOUR - 1, "179m"],
  [3 * HOUR, "3h"],
  [3 * HOUR + MINUTE, "3h1m"],
  [8 * HOUR, "8h"],
  [2 * DAY - 1, "47h"],
  [2 * DAY, "2d"],
  [2 * DAY + HOUR, "2d1h"],
  [8 * DAY, "8d"],
  [2 * 365 * DAY - 1, "729d"],
  [2 * 365 * DAY, "2y"],
  [2 * 365 * DAY + DAY, "2y1d"],
  [8 * 365 * DAY, "8y"],
])("shows %i seconds as %s", (seconds, text) => {
  expect(humanDuration(seconds * 1000)).toBe(text);
});

it("shows an object without a time as unknown", () => {
  expect(ageOf(undefined, 0)).toBe("<unknown>");
});
