/** Against the frames of RFC 6455 section 5.7, and against `ws`, which did not come from here. */
import { describe, expect, it } from "vitest";
import {
  closePayload,
  FrameError,
  FrameReader,
  maskedFrame,
  messageHeader,
  Opcode,
  readClose,
} from "./websocket-frames.ts";
import { wsFrame } from "./ws-frames.fixture.ts";

/** What a reader gives for chunks: messages put together again, and control frames. */
function read(chunks: readonly Buffer[]) {
  const messages: { binary: boolean; bytes: Buffer }[] = [];
  const controls: [number, string][] = [];
  const reader = new FrameReader({
    begun() {},
    data(piece, first, binary) {
      if (first) messages.push({ binary, bytes: Buffer.from(piece) });
      else messages.at(-1)!.bytes = Buffer.concat([messages.at(-1)!.bytes, piece]);
    },
    control: (opcode, payload) => controls.push([opcode, payload.toString()]),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { messages, controls };
}

const byteByByte = (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.of(byte));
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("FrameReader", () => {
  it.each([
    ["an unmasked text message", "81 05 48656c6c6f", [{ binary: false, bytes: Buffer.from("Hello") }]],
    ["a fragmented one", "01 03 48656c 80 02 6c6f", [{ binary: false, bytes: Buffer.from("Hello") }]],
    ["an empty one, which is nothing", "82 00 82 01 41", [{ binary: true, bytes: Buffer.from("A") }]],
    ["a ping between fragments", "02 01 41 89 01 70 80 01 42", [{ binary: true, bytes: Buffer.from("AB") }]],
  ])("reads %s, whole and byte by byte", (_name, text, messages) => {
    expect(read([hex(text)]).messages).toEqual(messages);
    expect(read(byteByByte(hex(text)))).toEqual(read([hex(text)]));
  });

  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])("reads %i bytes as ws writes them", (length) => {
    const bytes = Buffer.alloc(length, 7);
    const stream = Buffer.concat([wsFrame(bytes, Opcode.Binary), wsFrame(Buffer.from("ping"), Opcode.Ping)]);
    for (const size of [stream.byteLength, 3, 16_384]) {
      const chunks = [];
      for (let at = 0; at < stream.byteLength; at += size) chunks.push(stream.subarray(at, at + size));
      const { messages, controls } = read(chunks);
      expect(messages.map((one) => one.bytes.equals(bytes))).toEqual(length > 0 ? [true] : []);
      expect(controls).toEqual([[Opcode.Ping, "ping"]]);
    }
  });

  it("gives on what has come of a message, without a copy", () => {
    const pieces: Buffer[] = [];
    const reader = new FrameReader({ begun() {}, data: (piece) => pieces.push(piece), control() {} });
    const chunk = Buffer.concat([hex("82 7e 0400 01"), Buffer.alloc(500, 1)]);
    reader.push(chunk);
    expect(pieces.map((piece) => piece.byteLength)).toEqual([501]);
    expect(pieces[0]!.buffer).toBe(chunk.buffer);
  });

  it.each([
    ["a masked frame", "82 81 00000000 41", "masked"],
    ["reserved bits", "c2 01 41", "reserved bits"],
    ["an unknown type", "83 00", "unknown type 3"],
    ["a continuation of nothing", "80 01 41", "never began"],
    ["a message inside another", "02 01 41 82 01 42", "inside another"],
    ["a fragmented ping", "09 00", "control frame"],
    ["a long ping", "89 7e 0080", "control frame"],
    ["a length that no one can count", "82 7f ffffffffffffffff", "can be counted"],
  ])("refuses %s", (_name, text, words) => {
    expect(() => read([hex(text)])).toThrow(FrameError);
    expect(() => read(byteByByte(hex(text)))).toThrow(words);
  });
});

describe("frames of a client", () => {
  it.each([0, 1, 2, 3, 4, 5, 124, 125, 126, 65_534, 65_535, 70_000])(
    "with %i bytes behind a channel are what ws would send, once unmasked",
    (length) => {
      const payload = Buffer.from(Array.from({ length }, (_, index) => index % 251));
      const frame = maskedFrame(Opcode.Binary, 4, payload);
      const whole = Buffer.concat([Buffer.of(4), payload]);
      const expected = wsFrame(whole, Opcode.Binary);
      const headerBytes = expected.byteLength - whole.byteLength;
      expect(frame[1]! & 0x80).toBe(0x80);
      const key = frame.subarray(headerBytes, headerBytes + 4);
      const unmasked = frame.subarray(headerBytes + 4).map((byte, index) => byte ^ key[index % 4]!);
      frame[1]! &= 0x7f;
      expect(Buffer.concat([frame.subarray(0, headerBytes), unmasked]).equals(expected)).toBe(true);
    },
  );

  it("have a key of their own each", () => {
    const keys = new Set(
      Array.from({ length: 3_000 }, () =>
        maskedFrame(Opcode.Ping, null, Buffer.alloc(0)).toString("hex", 2, 6),
      ),
    );
    expect(keys.size).toBeGreaterThan(2_990);
  });
});

describe("the header of a server's message", () => {
  it.each([0, 1, 124, 125, 126, 65_534, 65_535, 70_000])("before %i bytes is what ws writes", (length) => {
    const payload = Buffer.alloc(length, 9);
    const ours = Buffer.concat([messageHeader(1, length), payload]);
    const theirs = wsFrame(Buffer.concat([Buffer.of(1), payload]), Opcode.Binary);
    expect(ours.equals(theirs)).toBe(true);
  });
});

describe("the payload of a close frame", () => {
  it("is a code and a reason, both ways", () => {
    expect(closePayload(1000, "bye").toString("hex")).toBe("03e8627965");
    expect(readClose(hex("03e8 627965"))).toEqual({ code: 1000, reason: "bye" });
    expect(readClose(Buffer.alloc(0)).code).toBe(1005);
    expect(() => readClose(Buffer.of(3))).toThrow(FrameError);
  });
});
