import { describe, expect, it } from "vitest";
import {
  encodeDataHeader,
  encodeGoAway,
  encodePing,
  encodeReset,
  encodeSynReply,
} from "#server/spdy/frames/encode.ts";
import { FrameSplitter, type Wire } from "./wire-frames.ts";

/** As a server sends it. */
function webSocketFrame(opcode: number, length: number): Buffer {
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (length < 126) head[1] = length;
  else if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, Buffer.alloc(length, "x")]);
}

const WEBSOCKET = [
  [webSocketFrame(2, 1), "other"],
  [webSocketFrame(2, 2), "data"],
  [webSocketFrame(2, 125), "data"],
  [webSocketFrame(2, 126), "data"],
  [webSocketFrame(2, 70_000), "data"],
  [webSocketFrame(9, 0), "ping"],
  [webSocketFrame(10, 4), "ping"],
  [webSocketFrame(8, 2), "other"],
] as const;

const SPDY = [
  [encodeSynReply(5, Buffer.from("block")), "reply"],
  [Buffer.concat([encodeDataHeader(5, 4, false), Buffer.from("data")]), "data"],
  [encodeDataHeader(5, 0, true), "other"],
  [encodePing(2), "ping"],
  [encodeReset(5, 5), "other"],
  [encodeGoAway(0, 0), "other"],
] as const;

describe.each([
  ["websocket", WEBSOCKET],
  ["spdy", SPDY],
] as const)("%s", (wire, frames) => {
  const kinds = frames.map(([, kind]) => kind);
  const bytes = Buffer.concat(frames.map(([frame]) => frame));

  it("is cut into the frames it is made of, in one piece, byte by byte, and in halves", () => {
    for (const size of [bytes.length, 1, Math.ceil(bytes.length / 2), 7]) {
      const splitter = new FrameSplitter(wire);
      const seen = [];
      for (let at = 0; at < bytes.length; at += size)
        seen.push(...splitter.push(bytes.subarray(at, at + size)));
      expect(seen.map(({ kind }) => kind)).toEqual(kinds);
      expect(seen.map((frame) => frame.bytes.toString("hex"))).toEqual(
        frames.map(([frame]) => frame.toString("hex")),
      );
    }
  });
});

it("knows the stream of a reply and of data, and no data in a tunnel's own messages", () => {
  const [reply, data] = new FrameSplitter("spdy").push(Buffer.concat([SPDY[0][0], SPDY[1][0]]));
  expect([reply?.streamId, data?.streamId]).toEqual([5, 5]);
  const tunnel: Wire = "tunnel";
  expect(new FrameSplitter(tunnel).push(webSocketFrame(2, 50))[0]?.kind).toBe("other");
});
