/** Bodies of the JSON API that are late, too large or broken off (threats.md A28): the client gets its answer. */
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readBody, readJson } from "./request-body.ts";

let body: PassThrough;
const request = () => body as unknown as IncomingMessage;

beforeEach(() => {
  body = new PassThrough();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  body.destroy();
  vi.useRealTimers();
});

describe("a body", () => {
  it("is read whole, and leaves no timer behind", async () => {
    const read = readBody(request());
    body.write("a");
    body.end("b");
    expect((await read).toString()).toBe("ab");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("that comes byte by byte is refused after 10 s with a 408, and its connection stays to say so", async () => {
    const read = readBody(request());
    const refused = expect(read).rejects.toMatchObject({ httpStatus: 408 });
    for (let second = 0; second < 10; second += 1) {
      body.write("x");
      vi.advanceTimersByTime(1_000);
    }
    await refused;
    expect(body.destroyed).toBe(false);
  });

  it("that is too large is refused with a 413, and what still comes is dropped", async () => {
    const read = readBody(request());
    body.write(Buffer.alloc(65 * 1024));
    await expect(read).rejects.toMatchObject({ httpStatus: 413 });
    expect(body.destroyed).toBe(false);
    for (let piece = 0; piece < 100; piece += 1) {
      if (!body.write(Buffer.alloc(64 * 1024))) await new Promise((resolve) => body.once("drain", resolve));
    }
    expect(body.readableLength).toBeLessThan(128 * 1024);
  });

  it("that breaks off, or was broken off before, is a 400", async () => {
    const read = readBody(request());
    body.write("{");
    body.destroy(new Error("aborted"));
    await expect(read).rejects.toMatchObject({ httpStatus: 400 });
    await expect(readBody(request())).rejects.toMatchObject({ httpStatus: 400 });
  });

  it("of another type is not read at all", async () => {
    Object.assign(body, { headers: { "content-type": "text/plain" } });
    await expect(readJson(request())).rejects.toMatchObject({ httpStatus: 415 });
    expect(body.listenerCount("data")).toBe(0);
  });
});
