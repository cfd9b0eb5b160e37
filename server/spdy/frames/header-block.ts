/**
 * The name/value block inside SYN_STREAM, SYN_REPLY and HEADERS, after decompression: a 32-bit count, then for
 * each header a 32-bit length and the name, a 32-bit length and the value. All numbers are big-endian.
 */

import { SpdyConnectionError, SpdyStreamError } from "../errors.ts";
import { MAX_HEADER_BLOCK_BYTES, MAX_HEADERS } from "./constants.ts";

/** Names are lower-case. A header that came several times is one value joined by NUL, as on the wire. */
export type SpdyHeaders = Readonly<Record<string, string>>;

/** They belong to HTTP/1.1; spdystream drops the connection for any of them. */
const FORBIDDEN_NAMES = new Set([
  "connection",
  "host",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
]);
const LENGTH_BYTES = 4;

/** Why a name may not travel; null when it may. */
function nameFault(name: string): string | null {
  if (name === "") return "a header without a name";
  if (/[A-Z]/.test(name)) return `the header name ${JSON.stringify(name)} is not lower-case`;
  if (FORBIDDEN_NAMES.has(name)) return `the header ${name} is forbidden in SPDY`;
  return null;
}

export function encodeHeaderBlock(headers: SpdyHeaders): Buffer {
  const entries = Object.entries(headers);
  const parts: Buffer[] = [lengthOf(entries.length)];
  let bytes = LENGTH_BYTES;
  for (const [name, value] of entries) {
    const fault = nameFault(name);
    if (fault !== null) throw new SpdyStreamError("HEADERS", `Cannot send ${fault}.`);
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    parts.push(lengthOf(nameBytes.length), nameBytes, lengthOf(valueBytes.length), valueBytes);
    bytes += 2 * LENGTH_BYTES + nameBytes.length + valueBytes.length;
  }
  if (entries.length > MAX_HEADERS || bytes > MAX_HEADER_BLOCK_BYTES) {
    throw new SpdyStreamError("HEADERS", "Cannot send so many or so long headers.");
  }
  return Buffer.concat(parts, bytes);
}

function lengthOf(count: number): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES);
  bytes.writeUInt32BE(count);
  return bytes;
}

/** Every length is held against what is left of the block before it is used (CVE-2026-35469). */
export function decodeHeaderBlock(block: Buffer): SpdyHeaders {
  let offset = 0;
  const fail = (what: string) => new SpdyConnectionError("HEADERS", `The peer sent ${what}.`);
  const number = (): number => {
    if (block.length - offset < LENGTH_BYTES) throw fail("a header block that ends too early");
    offset += LENGTH_BYTES;
    return block.readUInt32BE(offset - LENGTH_BYTES);
  };
  const text = (): string => {
    const length = number();
    if (length > block.length - offset) throw fail("a header longer than its block");
    offset += length;
    return block.toString("utf8", offset - length, offset);
  };

  const count = number();
  if (count > MAX_HEADERS) throw fail(`${count} headers, more than ${MAX_HEADERS}`);
  // No prototype: a header may be called "__proto__" or "constructor".
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index < count; index++) {
    const name = text();
    const fault = nameFault(name);
    if (fault !== null) throw fail(fault);
    if (name in headers) throw fail(`the header ${JSON.stringify(name)} twice`);
    headers[name] = text();
  }
  if (offset !== block.length) throw fail("bytes after the last header of a block");
  return headers;
}
