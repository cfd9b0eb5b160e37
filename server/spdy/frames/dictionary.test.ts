import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { SPDY_DICTIONARY, SPDY_DICTIONARY_ID } from "./dictionary.ts";

function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}

it("is the dictionary of the SPDY/3 draft, byte for byte", () => {
  expect(SPDY_DICTIONARY.length).toBe(1423);
  expect(createHash("sha256").update(SPDY_DICTIONARY).digest("hex")).toBe(
    "51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02",
  );
  expect(adler32(SPDY_DICTIONARY)).toBe(SPDY_DICTIONARY_ID);
});
