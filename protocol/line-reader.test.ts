import { describe, expect, it } from "vitest";
import { readLines } from "./line-reader.ts";

/** A body that arrives in exactly these pieces. */
async function* bodyOf(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function linesOf(body: AsyncIterable<Uint8Array>, max = 1_000): Promise<string[]> {
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

  it("gives the lines of a piece at once, before the next has come", async () => {
    const lines = readLines(bodyOf(bytes("one\ntwo\nth"), bytes("ree\n")), 100);
    expect((await lines.next()).value).toEqual(["one", "two"]);
    expect((await lines.next()).value).toEqual(["three"]);
  });

  it("cuts a line that is too long and goes on with the next", async () => {
    const long = bytes("x".repeat(50));
    expect(await linesOf(bodyOf(long, long, long, bytes("y\nnext\n")), 20)).toEqual(["x".repeat(20), "next"]);
    expect(await linesOf(bodyOf(bytes(`${"x".repeat(50)}\nnext`)), 20)).toEqual(["x".repeat(20), "next"]);
    expect(await linesOf(bodyOf(long, long), 20)).toEqual(["x".repeat(20)]);
  });

  it("lets go of the body when nobody wants more", async () => {
    let released = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield bytes("line\n");
      } finally {
        released = true;
      }
    }
    for await (const _ of readLines(endless(), 100)) break;
    expect(released).toBe(true);
  });

  it("passes on that the connection broke", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes("half");
      throw new TypeError("network");
    }
    await expect(linesOf(broken())).rejects.toThrow("network");
  });
});
