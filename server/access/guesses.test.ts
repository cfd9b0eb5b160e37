import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AccessError } from "./access-error.ts";
import { type Asking, FREE_GUESSES, Guesses } from "./guesses.ts";

let guesses: Guesses;
const from = (remoteAddress: string) => ({ socket: { remoteAddress } }) as Asking;
const GUESSER = from("10.0.0.1");
const OWNER = from("10.0.0.2");

beforeEach(() => {
  vi.useFakeTimers();
  guesses = new Guesses();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Seconds the address is told to wait; 0 when it is let in to try. */
function waitOf(asking: Asking): number {
  try {
    guesses.admit(asking);
    return 0;
  } catch (error) {
    expect(error).toMatchObject({ code: "TOO_MANY" });
    return (error as AccessError).retryAfterS!;
  }
}

const guess = (asking: Asking, times: number, prefix = "guess") =>
  Array.from({ length: times }, (_, index) => guesses.wrong(asking, `${prefix} ${index}`, "wrong").code);

describe("who guesses", () => {
  it("has a few tries free and then waits, whatever comes next, while others do not", () => {
    const codes = guess(GUESSER, 200);
    expect(codes.filter((code) => code === "UNAUTHENTICATED")).toHaveLength(FREE_GUESSES + 1);
    expect(codes.at(-1)).toBe("TOO_MANY");
    expect(waitOf(GUESSER)).toBe(5);
    expect(waitOf(OWNER)).toBe(0);
    vi.advanceTimersByTime(5_000);
    expect(waitOf(GUESSER)).toBe(0);
  });

  it("waits twice as long after each, to half a minute", () => {
    guess(GUESSER, FREE_GUESSES);
    const waits = Array.from({ length: 8 }, (_, index) => {
      guess(GUESSER, 1, `round ${index}`);
      const wait = waitOf(GUESSER);
      vi.advanceTimersByTime(wait * 1_000);
      return wait;
    });
    expect(waits).toEqual([5, 10, 20, 30, 30, 30, 30, 30]);
  });

  it("is not made to wait for longer by trying meanwhile", () => {
    guess(GUESSER, FREE_GUESSES + 1);
    vi.advanceTimersByTime(4_900);
    guess(GUESSER, 100, "meanwhile");
    vi.advanceTimersByTime(100);
    expect(waitOf(GUESSER)).toBe(0);
  });

  it("begins anew after a quarter of an hour", () => {
    guess(GUESSER, 200);
    vi.advanceTimersByTime(15 * 60_000);
    expect(guess(GUESSER, FREE_GUESSES, "later").every((code) => code === "UNAUTHENTICATED")).toBe(true);
    expect(waitOf(GUESSER)).toBe(0);
  });

  it("has guessed nothing who says again what was wrong", () => {
    for (let round = 0; round < 100; round += 1) guess(OWNER, FREE_GUESSES);
    expect(waitOf(OWNER)).toBe(0);
  });

  it("gains nothing by a clock that is set", () => {
    guess(GUESSER, 200);
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(waitOf(GUESSER)).toBe(5);
  });

  it("waits with its whole IPv6 network", () => {
    guess(from("2001:db8::1"), 200);
    expect(waitOf(from("2001:db8::ffff"))).toBe(5);
    expect(waitOf(from("2001:db8:0:1::1"))).toBe(0);
  });
});

describe("many addresses", () => {
  it("are as one when there are too many to count, and push nobody out", () => {
    guess(GUESSER, 200);
    for (let index = 0; index < 5_000; index += 1)
      guess(from(`10.1.${index >> 8}.${index & 255}`), 1, `${index}`);
    expect(waitOf(GUESSER)).toBe(5);
    expect(waitOf(from("10.9.9.9"))).toBeGreaterThan(0);
    // A quarter of an hour later there is room for each of its own.
    vi.advanceTimersByTime(15 * 60_000);
    expect(waitOf(from("10.9.9.9"))).toBe(0);
  });
});

describe("an address whose machines have shown the token", () => {
  it("is known, also while somebody guesses there", () => {
    expect(guesses.isKnown(OWNER)).toBe(false);
    guesses.right(OWNER);
    guess(OWNER, 200);
    expect(guesses.isKnown(OWNER)).toBe(true);
    expect(waitOf(OWNER)).toBe(5);
  });
});
