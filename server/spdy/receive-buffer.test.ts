import { expect, it } from "vitest";
import { ReceiveBuffer } from "./receive-buffer.ts";

it("gives back the pieces in order, and counts down to nothing", () => {
  const buffer = new ReceiveBuffer();
  buffer.add(Buffer.from("one"));
  buffer.add(Buffer.from("two"));
  expect(buffer.empty).toBe(false);
  expect([String(buffer.take()), String(buffer.take()), buffer.take()]).toEqual(["one", "two", undefined]);
  expect(buffer.bytes).toBe(0);
  expect(buffer.empty).toBe(true);
});

it("counts a one-byte piece as more than a byte", () => {
  const buffer = new ReceiveBuffer();
  for (let index = 0; index < 1000; index++) buffer.add(Buffer.of(index));
  expect(buffer.bytes).toBeGreaterThan(100_000);
  buffer.clear();
  expect(buffer.bytes).toBe(0);
});

it("does not keep a chunk alive for a small part of it, and does not copy a large part", () => {
  const chunk = Buffer.alloc(64 * 1024, 5);
  const buffer = new ReceiveBuffer();
  buffer.add(chunk.subarray(0, 100));
  buffer.add(chunk.subarray(0, 60_000));
  const small = buffer.take()!;
  expect(small.buffer).not.toBe(chunk.buffer);
  expect(small.equals(chunk.subarray(0, 100))).toBe(true);
  expect(buffer.take()!.buffer).toBe(chunk.buffer);
});
