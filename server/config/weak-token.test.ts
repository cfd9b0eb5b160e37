import { randomBytes, randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { weaknessOf } from "./weak-token.ts";

const RUNS = 1_000;

it.each([
  "aaaaaaaaaaaaaaaa",
  "0000000000000000",
  "aaaaaaaaaaaaaaab",
  "aaaaaaaabbbbbbbb",
  "abababababababab",
  "xyzxyzxyzxyzxyzx",
  "passwordpassword",
  "test1234test1234",
  "12345678-12345678",
  "1234567890123456",
  "0123456789012345",
  "9876543210987654",
  "abcdefghijklmnop",
  "zyxwvutsrqponmlk",
  "ABCDEFGHIJKLMNOP",
  "aabbccddeeffgghhii",
  "abcd-efgh-ijkl-mnop",
  "qwertyuiopasdfgh",
  "----------------",
  "................",
])("refuses %s", (token) => {
  expect(weaknessOf(token)).not.toBeNull();
});

it.each([
  "0123456789abcdef",
  "0123456789abcdef0123456789abcdef",
  "deadbeefdeadbeefcafebabecafebabe",
  "porthole-test-token-1234",
  "test-token-0123456789",
  "a-launch-token-of-a-test",
  "launch-token-for-tests",
  "correct.horse.battery.staple",
  "dGhpcyBpcyBhIHRva2Vu",
  "8301947265839271",
  "123e4567-e89b-12d3-a456-426614174000",
])("lets %s be", (token) => {
  expect(weaknessOf(token)).toBeNull();
});

it("never refuses what a machine has drawn", () => {
  for (let run = 0; run < RUNS; run += 1) {
    for (const token of [
      randomBytes(16).toString("hex"),
      randomBytes(32).toString("hex"),
      randomBytes(12).toString("base64url"),
      randomBytes(32).toString("base64"),
      randomUUID(),
    ]) {
      expect({ token, weakness: weaknessOf(token) }).toEqual({ token, weakness: null });
    }
  }
});
