import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpdyConnectionError, SpdyStreamError } from "../errors.ts";
import { MAX_HEADERS } from "./constants.ts";
import { decodeHeaderBlock, encodeHeaderBlock } from "./header-block.ts";

const PORT_80 = `00000001${"00000004"}${Buffer.from("port").toString("hex")}${"00000002"}${"3830"}`;

function decodeHex(hex: string) {
  return { ...decodeHeaderBlock(Buffer.from(hex, "hex")) };
}

/** A block from parts that need not be true. */
function block(count: number, ...texts: string[]): Buffer {
  const parts = texts.map((text) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(text));
    return Buffer.concat([length, Buffer.from(text)]);
  });
  const head = Buffer.alloc(4);
  head.writeUInt32BE(count);
  return Buffer.concat([head, ...parts]);
}

describe("exact bytes", () => {
  it("writes count, lengths and texts", () => {
    expect(encodeHeaderBlock({ port: "80" }).toString("hex")).toBe(PORT_80);
    expect(encodeHeaderBlock({}).toString("hex")).toBe("00000000");
  });

  it("reads them back", () => {
    expect(decodeHex(PORT_80)).toEqual({ port: "80" });
    expect(decodeHex("00000000")).toEqual({});
  });

  it("keeps several values of one name as they are on the wire, joined by NUL", () => {
    expect(decodeHeaderBlock(block(1, "a", "x\0y")).a).toBe("x\0y");
  });

  it("reads back whatever it writes", () => {
    const name = fc.stringMatching(/^[a-z0-9-]{1,20}$/).filter((text) => !/^(connection|host)$/.test(text));
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: "grapheme" }), { maxKeys: 20 }), (headers) => {
        expect({ ...decodeHeaderBlock(encodeHeaderBlock(headers)) }).toEqual({ ...headers });
      }),
      { numRuns: 100 },
    );
  });
});

describe("a block that lies", () => {
  it.each([
    ["a count that no block could hold", Buffer.from("ffffffff", "hex")],
    ["more headers than allowed", block(MAX_HEADERS + 1)],
    ["a name longer than the block", Buffer.from("00000001fffffff0616263", "hex")],
    ["a value longer than the block", Buffer.from("000000010000000161ffffffff", "hex")],
    ["an end inside a length", Buffer.from("0000000100", "hex")],
    ["an end before the announced header", block(2, "a", "1")],
    ["bytes after the last header", Buffer.concat([block(1, "a", "1"), Buffer.from([0])])],
    ["no count", Buffer.alloc(0)],
    ["an upper-case name", block(1, "Port", "80")],
    ["an empty name", block(1, "", "80")],
    ["the same name twice", block(2, "a", "1", "a", "2")],
    ["a forbidden name", block(1, "transfer-encoding", "chunked")],
  ])("%s is refused", (_what, bytes) => {
    expect(() => decodeHeaderBlock(bytes)).toThrow(SpdyConnectionError);
  });

  it("gives no way to a prototype", () => {
    const headers = decodeHeaderBlock(block(2, "__proto__", "x", "constructor", "y"));
    expect(Object.getPrototypeOf(headers)).toBeNull();
    expect(Object.keys(headers)).toEqual(["__proto__", "constructor"]);
  });
});

describe("headers that would make a Go peer drop the connection", () => {
  it.each<Record<string, string>>([{ Port: "80" }, { host: "x" }, { "": "x" }, { long: "x".repeat(70_000) }])(
    "are not sent",
    (headers) => {
      expect(() => encodeHeaderBlock(headers)).toThrow(SpdyStreamError);
    },
  );
});
