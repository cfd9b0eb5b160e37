import { describe, expect, it } from "vitest";
import { encodeText } from "#protocol/text.ts";
import { readClientFrame } from "./client-frames.ts";

const read = (frame: Uint8Array, hasClose: boolean) =>
  readClientFrame(frame[0]!, frame.subarray(1), hasClose);
const frame = (channel: number, text: string) => Buffer.concat([Buffer.of(channel), encodeText(text)]);

describe("readClientFrame", () => {
  it("reads input as it is, and takes an empty one for none", () => {
    expect(read(Buffer.of(0, 0xff, 0x00), true)).toEqual({
      type: "stdin",
      bytes: Buffer.of(0xff, 0x00),
    });
    expect(read(Buffer.of(0), true)).toEqual({ type: "ignored" });
  });

  it.each([
    ['{"Width":101,"Height":37}\n', { width: 101, height: 37 }],
    ['{"width":1,"HEIGHT":2}', { width: 1, height: 2 }],
    ['{"Width":1,"Height":1}{"Width":2,"Height":2}\n\n', { width: 2, height: 2 }],
  ])("reads the last size of %j", (text, size) => {
    expect(read(frame(4, text), true)).toEqual({ type: "resize", size });
  });

  it.each(["", "{", '{"Width":0,"Height":5}', '{"Width":70000,"Height":5}', "null", `${" ".repeat(2000)}{}`])(
    "ignores the size %j",
    (text) => {
      expect(read(frame(4, text), true)).toEqual({ type: "ignored" });
    },
  );

  it("reads CLOSE of stdin, and of another channel as nothing", () => {
    expect(read(Buffer.of(255, 0), true)).toEqual({ type: "stdin-close" });
    expect(read(Buffer.of(255, 4), true)).toEqual({ type: "ignored" });
    expect(read(Buffer.of(255, 0), false)).toEqual({ type: "ignored" });
  });

  it.each([[[255]], [[255, 5]], [[255, 0, 0]]])("says that %j breaks the protocol", (bytes) => {
    expect(read(Buffer.from(bytes), true).type).toBe("violation");
    expect(read(Buffer.from(bytes), false).type).toBe("ignored");
  });
});
