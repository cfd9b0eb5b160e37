import { once } from "node:events";
import { constants, createDeflate, createInflate, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { GO_SERVER_REPLIES, KUBECTL_EXEC_OPEN, ZLIB_BLOCKS } from "#server/testing/vectors/spdy.ts";
import { SpdyConnectionError } from "../errors.ts";
import { MAX_HEADER_BLOCK_BYTES } from "./constants.ts";
import { SPDY_DICTIONARY } from "./dictionary.ts";
import { decodeHeaderBlock, encodeHeaderBlock } from "./header-block.ts";
import { HeaderCompressor, HeaderDecompressor } from "./header-compression.ts";

const EMPTY_BLOCK = "00000000";

function bytes(hex: string): Buffer {
  return Buffer.from(hex, "hex");
}

/** Header blocks as a peer with a real zlib stream sends them. */
async function deflateBlocks(blocks: Buffer[], flush: number): Promise<Buffer[]> {
  const deflate = createDeflate({ dictionary: SPDY_DICTIONARY, level: 9 });
  const out: Buffer[] = [];
  for (const block of blocks) {
    deflate.write(block);
    await new Promise<void>((resolve) => deflate.flush(flush, resolve));
    out.push(deflate.read());
  }
  deflate.close();
  return out;
}

/** Blocks that differ, and are long enough together to push the window over its 32 KiB several times. */
function variedBlocks(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) =>
    encodeHeaderBlock({ streamtype: "data", port: `${8000 + index}`, requestid: `${index}`.repeat(90) }),
  );
}

describe("HeaderDecompressor", () => {
  it("follows one zlib stream over several blocks", () => {
    const decompressor = new HeaderDecompressor();
    const blocks = ZLIB_BLOCKS.map((hex) => decompressor.decompress(bytes(hex)));
    expect({ ...decodeHeaderBlock(blocks[0]!) }).toEqual({ streamtype: "error", port: "80", requestid: "0" });
    expect(blocks.slice(1).map((block) => block.toString("hex"))).toEqual([EMPTY_BLOCK, EMPTY_BLOCK]);
  });

  it("reads the blocks of kubectl and of a Go server", () => {
    const requests = new HeaderDecompressor();
    const types = KUBECTL_EXEC_OPEN.map((frame) => {
      return decodeHeaderBlock(requests.decompress(bytes(frame).subarray(18))).streamtype;
    });
    expect(types).toEqual(["error", "stdin", "stdout", "stderr"]);
    const replies = new HeaderDecompressor();
    for (const frame of GO_SERVER_REPLIES) {
      expect(replies.decompress(bytes(frame).subarray(12)).toString("hex")).toBe(EMPTY_BLOCK);
    }
  });

  it.each([
    ["sync", constants.Z_SYNC_FLUSH],
    ["full", constants.Z_FULL_FLUSH],
  ])("keeps step far beyond the window of 32 KiB (%s flush)", async (_name, flush) => {
    const blocks = variedBlocks(600);
    const decompressor = new HeaderDecompressor();
    const deflated = await deflateBlocks(blocks, flush);
    for (const [index, block] of deflated.entries()) {
      expect(decompressor.decompress(block).equals(blocks[index]!)).toBe(true);
    }
  });

  it("stops a block that inflates to more than the limit", async () => {
    const [bomb] = await deflateBlocks([Buffer.alloc(16 * 1024 * 1024)], constants.Z_SYNC_FLUSH);
    expect(bomb!.length).toBeLessThan(32 * 1024);
    expect(() => new HeaderDecompressor().decompress(bomb!)).toThrow("too long");
  });

  it("takes a block of exactly the limit", async () => {
    const block = Buffer.alloc(MAX_HEADER_BLOCK_BYTES, "x");
    const [deflated] = await deflateBlocks([block], constants.Z_SYNC_FLUSH);
    expect(new HeaderDecompressor().decompress(deflated!).equals(block)).toBe(true);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["half a zlib header", bytes("78f9e3")],
    ["zlib without the dictionary", deflateSync(bytes(EMPTY_BLOCK), { finishFlush: constants.Z_SYNC_FLUSH })],
    ["another dictionary", bytes(`78f900000001${ZLIB_BLOCKS[1]}`)],
    ["wrong check bits", bytes(ZLIB_BLOCKS[0]!.replace("78f9", "78f8"))],
    ["no flush at the end", bytes(ZLIB_BLOCKS[0]!.slice(0, -2))],
    ["an impossible block type", bytes("78f9e3c6a7c2070000ffff")],
    // A fixed-Huffman match of length 3 at distance 32768; only the dictionary's 1423 bytes lie before it.
    ["a reference before the beginning", bytes("78f9e3c6a7c202deff0f0000ffff")],
  ])("refuses %s with an error of its own", (_what, block) => {
    expect(() => new HeaderDecompressor().decompress(block)).toThrow(SpdyConnectionError);
  });
});

describe("HeaderCompressor", () => {
  it("begins the stream once, and stores each block with a flush after it", () => {
    const compressor = new HeaderCompressor();
    const block = bytes(EMPTY_BLOCK);
    expect(compressor.compress(block).toString("hex")).toBe(
      "7820e3c6a7c2" + "000400fbff00000000" + "000000ffff",
    );
    expect(compressor.compress(block).toString("hex")).toBe("000400fbff00000000" + "000000ffff");
  });

  it("is one stream that any zlib inflates", async () => {
    const compressor = new HeaderCompressor();
    const blocks = [...variedBlocks(200), Buffer.alloc(MAX_HEADER_BLOCK_BYTES, "y"), bytes(EMPTY_BLOCK)];
    const inflate = createInflate({ dictionary: SPDY_DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH });
    const pieces: Buffer[] = [];
    inflate.on("data", (piece) => pieces.push(piece));
    for (const block of blocks) inflate.write(compressor.compress(block));
    inflate.end();
    await once(inflate, "end");
    expect(Buffer.concat(pieces).equals(Buffer.concat(blocks))).toBe(true);
  });

  it("is understood by the decompressor", () => {
    const compressor = new HeaderCompressor();
    const decompressor = new HeaderDecompressor();
    for (const block of variedBlocks(100)) {
      expect(decompressor.decompress(compressor.compress(block)).equals(block)).toBe(true);
    }
  });
});
