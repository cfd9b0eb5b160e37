/** Uploads and downloads of any size with backpressure both ways. */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Byte i of every download is i modulo this, a prime, so that a lost or repeated piece never looks right. */
const PATTERN_MODULO = 251;
/** A multiple of the pattern, near 64 KiB. */
const BLOCK_BYTES = PATTERN_MODULO * 256;
const BLOCK = Buffer.from(Uint8Array.from({ length: BLOCK_BYTES }, (_, index) => index % PATTERN_MODULO));
const DEFAULT_DOWNLOAD_BYTES = 1024 * 1024;
const MAX_DOWNLOAD_BYTES = 64 * 1024 ** 3;

/** Counts and hashes what it is sent, and keeps none of it. */
export function upload(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash("sha256");
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.byteLength;
  });
  request.on("end", () => {
    const body = Buffer.from(`${JSON.stringify({ bytes, sha256: hash.digest("hex") })}\n`);
    response.writeHead(200, { "content-type": "application/json", "content-length": body.byteLength });
    response.end(body);
  });
}

/** `?bytes=N`, and `&chunked` to leave the length out. */
export function download(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
  const wanted = Number(query.get("bytes") ?? DEFAULT_DOWNLOAD_BYTES);
  if (!Number.isSafeInteger(wanted) || wanted < 0 || wanted > MAX_DOWNLOAD_BYTES) {
    response.writeHead(400, { "content-type": "text/plain" });
    response.end(`bytes must be a whole number from 0 to ${MAX_DOWNLOAD_BYTES}\n`);
    return;
  }
  response.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-disposition": 'attachment; filename="download.bin"',
    ...(!query.has("chunked") && { "content-length": wanted }),
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  let left = wanted;
  const more = () => {
    while (left > 0) {
      const piece = left >= BLOCK_BYTES ? BLOCK : BLOCK.subarray(0, left);
      left -= piece.byteLength;
      if (!response.write(piece)) {
        response.once("drain", more);
        return;
      }
    }
    response.end();
  };
  more();
}
