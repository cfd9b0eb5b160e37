/**
 * The zlib stream around header blocks: one per direction of a connection, begun by the first block and never
 * finished. Each block ends with a sync flush, the empty stored block 00 00 00 FF FF, which leaves no bits
 * behind. Two things follow, and keep both directions synchronous and free of zlib handles:
 * - sending: stored blocks are a correct stream at level 0, and need no compressor;
 * - receiving: from the second block on, a block is raw deflate whose only state is the last 32 KiB of output,
 *   so each is inflated by one call, with that window as its dictionary and a hard limit on its output.
 */
import { constants, inflateRawSync } from "node:zlib";
import { SpdyConnectionError } from "../errors.ts";
import { MAX_HEADER_BLOCK_BYTES } from "./constants.ts";
import { SPDY_DICTIONARY, SPDY_DICTIONARY_ID } from "./dictionary.ts";

/** RFC 1950: CMF (deflate, 32 KiB window), FLG (level 0, FDICT, check bits), then the dictionary's id. */
const ZLIB_HEADER = Buffer.from([0x78, 0x20, 0xe3, 0xc6, 0xa7, 0xc2]);
const METHOD_MASK = 0x0f;
const METHOD_DEFLATE = 8;
const FLAG_DICTIONARY = 0x20;
/** CMF * 256 + FLG is a multiple of this. */
const CHECK_MODULUS = 31;

const SYNC_FLUSH = Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]);
/** The part of the flush that is byte-aligned whatever came before it. */
const FLUSH_TAIL = SYNC_FLUSH.subarray(1);
/** RFC 1951, 3.2.4: 00, LEN and its complement, both little-endian. */
const STORED_HEADER_BYTES = 5;
const MAX_STORED_BYTES = 0xffff;
const WINDOW_BYTES = 32 * 1024;
/** Header blocks are tens of bytes; zlib's default of 16 KiB per call would be waste. */
const INFLATE_CHUNK_BYTES = 1024;

export class HeaderCompressor {
  #begun = false;

  compress(block: Buffer): Buffer {
    const parts: Buffer[] = this.#begun ? [] : [ZLIB_HEADER];
    this.#begun = true;
    for (let offset = 0; offset < block.length; offset += MAX_STORED_BYTES) {
      const piece = block.subarray(offset, offset + MAX_STORED_BYTES);
      const header = Buffer.alloc(STORED_HEADER_BYTES);
      header.writeUInt16LE(piece.length, 1);
      header.writeUInt16LE(~piece.length & MAX_STORED_BYTES, 3);
      parts.push(header, piece);
    }
    // Go hands out what it has inflated only at the flush.
    parts.push(SYNC_FLUSH);
    return Buffer.concat(parts);
  }
}

export class HeaderDecompressor {
  #window: Buffer | null = null;

  /** Must see every block of the connection in order, also those of streams that are refused. */
  decompress(block: Buffer): Buffer {
    let deflated = block;
    let window = this.#window;
    if (window === null) {
      checkZlibHeader(block);
      deflated = block.subarray(ZLIB_HEADER.length);
      window = SPDY_DICTIONARY;
    }
    if (!deflated.subarray(-FLUSH_TAIL.length).equals(FLUSH_TAIL)) {
      throw new SpdyConnectionError("HEADERS", "The peer sent a header block without a flush at its end.");
    }
    const headers = inflate(deflated, window);
    const keep = Math.min(window.length, Math.max(0, WINDOW_BYTES - headers.length));
    this.#window = Buffer.concat([
      window.subarray(window.length - keep),
      headers.subarray(Math.max(0, headers.length - WINDOW_BYTES)),
    ]);
    return headers;
  }
}

function checkZlibHeader(block: Buffer): void {
  const valid =
    block.length >= ZLIB_HEADER.length &&
    (block[0]! & METHOD_MASK) === METHOD_DEFLATE &&
    (block[1]! & FLAG_DICTIONARY) !== 0 &&
    block.readUInt16BE(0) % CHECK_MODULUS === 0 &&
    block.readUInt32BE(2) === SPDY_DICTIONARY_ID;
  if (!valid) {
    throw new SpdyConnectionError(
      "HEADERS",
      "The peer's headers are not compressed with the SPDY/3 dictionary.",
    );
  }
}

function inflate(deflated: Buffer, window: Buffer): Buffer {
  try {
    return inflateRawSync(deflated, {
      dictionary: window,
      chunkSize: INFLATE_CHUNK_BYTES,
      finishFlush: constants.Z_SYNC_FLUSH,
      // A few bytes of deflate can stand for megabytes; zlib stops here.
      maxOutputLength: MAX_HEADER_BLOCK_BYTES,
    });
  } catch (cause) {
    const tooLong = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    const what = tooLong ? "is too long" : "cannot be inflated";
    throw new SpdyConnectionError("HEADERS", `A header block of the peer ${what}.`, { cause });
  }
}
