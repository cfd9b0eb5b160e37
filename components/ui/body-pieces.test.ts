import { describe, expect, it } from "vitest";
import { bodyPieces } from "./body-pieces.ts";

describe("bodyPieces", () => {
  it("gives the pieces as they come, to the end", async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of [1, 2, 3]) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const seen: number[] = [];
    for await (const piece of bodyPieces(body)) seen.push(...piece);
    expect(seen).toEqual([1, 2, 3]);
  });

  it("lets go of the body when nobody wants more", async () => {
    let released = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Uint8Array.of(1)),
      cancel: () => {
        released = true;
      },
    });
    for await (const _ of bodyPieces(endless)) break;
    expect(released).toBe(true);
  });

  it("passes on that the connection broke", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new TypeError("network")),
    });
    await expect(bodyPieces(broken).next()).rejects.toThrow("network");
  });
});
