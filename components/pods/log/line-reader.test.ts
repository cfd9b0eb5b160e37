import { describe, expect, it } from "vitest";
import { readLines } from "./line-reader.ts";

/** A body that arrives in exactly these pieces. */
function bodyOf(...pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

async function linesOf(body: ReadableStream<Uint8Array>, max?: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const some of readLines(body, max)) lines.push(...some);
  return lines;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("readLines", () => {
  it("gives the same lines however the bytes are cut", async () => {
    const text = "first\nsecond ü😀\r\n\nlast without an end";
    const expected = ["first", "second ü😀", "", "last without an end"];
    expect(await linesOf(bodyOf(bytes(text)))).toEqual(expected);
    const single = [...bytes(text)].map((byte) => Uint8Array.of(byte));
    expect(await linesOf(bodyOf(...single))).toEqual(expected);
  });

  it("cuts a line that is too long and goes on with the next", async () => {
    const long = bytes(`${"x".repeat(50)}`);
    expect(await linesOf(bodyOf(long, long, long, bytes("y\nnext\n")), 20)).toEqual(["x".repeat(20), "next"]);
    expect(await linesOf(bodyOf(bytes(`${"x".repeat(50)}\nnext`)), 20)).toEqual(["x".repeat(20), "next"]);
  });

  it("lets go of the body when nobody wants more", async () => {
    let released = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytes("line\n")),
      cancel: () => {
        released = true;
      },
    });
    for await (const _ of readLines(endless)) break;
    expect(released).toBe(true);
  });

  it("passes on that the connection broke", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new TypeError("network")),
    });
    await expect(linesOf(broken)).rejects.toThrow("network");
  });
});
