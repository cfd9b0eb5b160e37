import { expect, it } from "vitest";
import { GatheredBytes } from "./gathered-bytes.ts";

const LIMIT_BYTES = 10_000;

it("puts pieces together, to a byte up to its limit", () => {
  const gathered = new GatheredBytes(LIMIT_BYTES);
  for (let piece = 0; piece < LIMIT_BYTES - 1; piece += 1) {
    expect(gathered.add(Buffer.of(piece % 256))).toBe(true);
  }
  expect(gathered.add(Buffer.from("ab"))).toBe(false);
  expect(gathered.length).toBe(LIMIT_BYTES);
  const last = [LIMIT_BYTES - 3, LIMIT_BYTES - 2].map((piece) => piece % 256);
  expect(gathered.bytes.subarray(LIMIT_BYTES - 3)).toEqual(Buffer.of(...last, 0x61));
});
