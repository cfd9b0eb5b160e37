/**
 * A WebSocket server (RFC 6455) that sends every frame back as it came: opcode, FIN bit and payload, unmasked.
 * Payload passes in pieces, so a message of any size needs no memory.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const FIN_BIT = 0x80;
const MASK_BIT = 0x80;
const OPCODE_BITS = 0x0f;
const OPCODE_CLOSE = 0x8;
const OPCODE_PING = 0x9;
const OPCODE_PONG = 0xa;
const LENGTH_BITS = 0x7f;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_BYTES = 4;
/** Two bytes, eight of length, four of mask. */
const MAX_HEADER_BYTES = 14;

export function acceptEcho(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const key = request.headers["sec-websocket-key"];
  if (request.method !== "GET" || !key || request.headers["sec-websocket-version"] !== "13") {
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  const accept = createHash("sha1").update(`${key}${GUID}`).digest("base64");
  const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write(`${[...lines, `Sec-WebSocket-Accept: ${accept}`].join("\r\n")}\r\n\r\n`);
  const echo = new FrameEcho(socket);
  if (head.byteLength > 0) echo.push(head);
  socket.on("data", (chunk: Buffer) => echo.push(chunk));
  socket.on("drain", () => socket.resume());
  socket.on("end", () => socket.end());
}

class FrameEcho {
  #header = Buffer.alloc(0);
  #left = 0;
  #opcode = 0;
  #mask: Uint8Array = new Uint8Array(MASK_BYTES);
  #offset = 0;
  #closed = false;

  constructor(private readonly socket: Duplex) {}

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.byteLength > 0 && !this.#closed) {
      rest = this.#left > 0 ? this.#payload(rest) : this.#head(rest);
    }
  }

  /** Collects one header; answers what follows it. */
  #head(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#header, chunk.subarray(0, MAX_HEADER_BYTES)]);
    const length = headerLength(bytes);
    if (length === null || bytes.byteLength < length) {
      this.#header = bytes;
      return chunk.subarray(MAX_HEADER_BYTES);
    }
    const used = length - this.#header.byteLength;
    this.#header = Buffer.alloc(0);
    this.#begin(bytes.subarray(0, length));
    return chunk.subarray(used);
  }

  #begin(header: Buffer): void {
    const masked = (header[1]! & MASK_BIT) !== 0;
    this.#opcode = header[0]! & OPCODE_BITS;
    if (!masked || this.#opcode === OPCODE_PONG) {
      // A client masks every frame, and nothing here asks for pongs.
      this.#close();
      return;
    }
    const short = header[1]! & LENGTH_BITS;
    this.#left = short;
    if (short === LENGTH_16) this.#left = header.readUInt16BE(2);
    if (short === LENGTH_64) this.#left = Number(header.readBigUInt64BE(2));
    this.#mask = header.subarray(header.byteLength - MASK_BYTES);
    this.#offset = 0;
    const answer = Buffer.from(header.subarray(0, header.byteLength - MASK_BYTES));
    if (this.#opcode === OPCODE_PING) answer[0] = FIN_BIT | OPCODE_PONG;
    answer[1] = short;
    this.#write(answer);
    if (this.#left === 0) this.#frameEnd();
  }

  #payload(chunk: Buffer): Buffer {
    const piece = Buffer.from(chunk.subarray(0, this.#left));
    for (let index = 0; index < piece.byteLength; index++) {
      piece[index]! ^= this.#mask[(this.#offset + index) % MASK_BYTES]!;
    }
    this.#offset += piece.byteLength;
    this.#left -= piece.byteLength;
    this.#write(piece);
    if (this.#left === 0) this.#frameEnd();
    return chunk.subarray(piece.byteLength);
  }

  /** The close frame has been echoed: that was the closing handshake. */
  #frameEnd(): void {
    if (this.#opcode === OPCODE_CLOSE) this.#close();
  }

  #write(bytes: Buffer): void {
    if (!this.socket.write(bytes)) this.socket.pause();
  }

  #close(): void {
    this.#closed = true;
    this.socket.end();
  }
}

/** Null: not even the length is there yet. */
function headerLength(bytes: Buffer): number | null {
  if (bytes.byteLength < 2) return null;
  const short = bytes[1]! & LENGTH_BITS;
  const extended = short === LENGTH_64 ? 8 : short === LENGTH_16 ? 2 : 0;
  return 2 + extended + ((bytes[1]! & MASK_BIT) === 0 ? 0 : MASK_BYTES);
}
