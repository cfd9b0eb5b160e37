/**
 * The frames of RFC 6455 section 5.2:
 *
 *     byte 0   FIN(1) RSV(3) opcode(4)
 *     byte 1   MASK(1) length(7); 126: two more bytes of length, 127: eight more
 *     then     four bytes of masking key, client to server only
 *     then     payload
 *
 * The reader takes what a server sends and gives payload on as it arrives, as slices of the chunks it was fed: long
 * messages are never put together, and the only bytes it keeps are a split header or a control frame.
 */
import { randomFillSync } from "node:crypto";
import { ReceivedCode } from "#protocol/close-code.ts";

const FIN = 0x80;
const RSV = 0x70;
const MASK = 0x80;
/** Set in the opcodes of control frames. */
const CONTROL = 0x08;
export const Opcode = { Continuation: 0, Text: 1, Binary: 2, Close: 8, Ping: 9, Pong: 10 } as const;

export const MAX_CONTROL_BYTES = 125;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MAX_HEADER_BYTES = 14;
/** Masking keys are taken from one draw of this size. */
const KEY_POOL_BYTES = 4096;

/** The peer broke RFC 6455: the connection ends with 1002. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  readonly code = "BAD_FRAME";
}

export interface FrameEvents {
  /** Each header, before anything of its payload. */
  begun(isControl: boolean): void;
  /** @param first the bytes begin a message */
  data(piece: Buffer, first: boolean, binary: boolean): void;
  control(opcode: number, payload: Buffer): void;
}

export class FrameReader {
  /** A header that is not whole yet. */
  #header: Buffer = Buffer.alloc(0);
  /** Payload of the current frame that has yet to come; -1: a header is next. */
  #left = -1;
  #opcode = 0;
  #control: Buffer[] = [];
  /** A message is under way: its type, and whether a piece of it was given on. */
  #message: { binary: boolean; begun: boolean } | null = null;
  #last = false;

  constructor(private readonly events: FrameEvents) {}

  /**
   * @param maxFrames headers to read, at most
   * @returns how many bytes that took
   * @throws FrameError; the reader is of no use afterwards
   */
  push(chunk: Buffer, maxFrames = Number.POSITIVE_INFINITY): number {
    let at = 0;
    let frames = 0;
    while (at < chunk.byteLength || this.#left === 0) {
      if (this.#left < 0) {
        if (frames >= maxFrames) break;
        frames += 1;
        at = this.#readHeader(chunk, at);
        continue;
      }
      const piece = chunk.subarray(at, at + this.#left);
      at += piece.byteLength;
      this.#left -= piece.byteLength;
      const over = this.#left === 0;
      if (over) this.#left = -1;
      this.#payload(piece, over);
    }
    return at;
  }

  /** @returns where the payload begins; the end of the chunk when the header goes on in the next */
  #readHeader(chunk: Buffer, at: number): number {
    const kept = this.#header.byteLength;
    const header =
      kept > 0 ? Buffer.concat([this.#header, chunk.subarray(at, at + MAX_HEADER_BYTES)]) : chunk;
    const from = kept > 0 ? 0 : at;
    const bytes = headerBytes(header, from);
    if (header.byteLength - from < bytes) {
      this.#header = Buffer.from(header.subarray(from));
      return chunk.byteLength;
    }
    this.#header = Buffer.alloc(0);
    this.#begin(header[from]!, header[from + 1]!, readLength(header, from));
    return at + bytes - kept;
  }

  #begin(first: number, second: number, length: number): void {
    this.events.begun((first & CONTROL) !== 0);
    if (first & RSV) throw new FrameError("a frame has reserved bits set");
    if (second & MASK) throw new FrameError("a frame of the server is masked");
    this.#opcode = first & 0x0f;
    this.#last = (first & FIN) !== 0;
    this.#left = length;
    switch (this.#opcode) {
      case Opcode.Text:
      case Opcode.Binary:
        if (this.#message) throw new FrameError("a message begins inside another");
        this.#message = { binary: this.#opcode === Opcode.Binary, begun: false };
        return;
      case Opcode.Continuation:
        if (!this.#message) throw new FrameError("a message goes on that never began");
        return;
      case Opcode.Close:
      case Opcode.Ping:
      case Opcode.Pong:
        if (!this.#last || length > MAX_CONTROL_BYTES)
          throw new FrameError("a control frame is longer than one may be");
        return;
      default:
        throw new FrameError(`a frame has the unknown type ${this.#opcode}`);
    }
  }

  #payload(piece: Buffer, over: boolean): void {
    if (this.#opcode >= Opcode.Close) {
      // What is read next comes into the same memory (kube/connect/direct-reads.ts).
      this.#control.push(over ? piece : Buffer.from(piece));
      if (!over) return;
      const whole = this.#control.length === 1 ? piece : Buffer.concat(this.#control);
      this.#control = [];
      this.events.control(this.#opcode, whole);
      return;
    }
    const message = this.#message!;
    const first = !message.begun;
    if (over && this.#last) this.#message = null;
    if (piece.byteLength === 0) return;
    message.begun = true;
    this.events.data(piece, first, message.binary);
  }
}

/** How long a header is, as far as can be told: at least two bytes. */
function headerBytes(header: Buffer, from: number): number {
  if (header.byteLength - from < 2) return 2;
  const second = header[from + 1]!;
  const length = second & 0x7f;
  // Without the four bytes of a masking key: a masked frame is refused, so its key is never read.
  return length === LENGTH_16 ? 4 : length === LENGTH_64 ? 10 : 2;
}

function readLength(header: Buffer, from: number): number {
  const length = header[from + 1]! & 0x7f;
  if (length === LENGTH_16) return header.readUInt16BE(from + 2);
  if (length !== LENGTH_64) return length;
  const high = header.readUInt32BE(from + 2);
  // More than 2^53 bytes would not be counted exactly, and no message is that long.
  if (high > 0x1f_ffff) throw new FrameError("a frame is longer than can be counted");
  return high * 2 ** 32 + header.readUInt32BE(from + 6);
}

/** The header of a whole binary message from a server, with the prefix behind it. */
export function messageHeader(prefix: number | null, payloadBytes: number): Buffer {
  const more = prefix === null ? 0 : 1;
  const header = Buffer.allocUnsafe(MAX_HEADER_BYTES);
  const bytes = writeLength(header, payloadBytes + more);
  header[0] = FIN | Opcode.Binary;
  if (prefix !== null) header[bytes] = prefix;
  return header.subarray(0, bytes + more);
}

/** A whole frame from a client: masked with a fresh key, so the payload is copied. */
export function maskedFrame(opcode: number, prefix: number | null, payload: Uint8Array): Buffer {
  const more = prefix === null ? 0 : 1;
  const length = payload.byteLength + more;
  const frame = Buffer.allocUnsafe(MAX_HEADER_BYTES + length);
  let at = writeLength(frame, length);
  frame[0] = FIN | opcode;
  frame[1]! |= MASK;
  const key = maskingKey();
  frame.set(key, at);
  at += key.byteLength;
  if (prefix !== null) frame[at] = prefix ^ key[0]!;
  const start = at + more;
  // The key as it meets the payload, which begins `more` bytes into the message.
  const [a, b, c, d] = [key[more]!, key[more + 1]!, key[(more + 2) & 3]!, key[(more + 3) & 3]!];
  const whole = payload.byteLength & ~3;
  for (let i = 0, to = start; i < whole; i += 4, to += 4) {
    frame[to] = payload[i]! ^ a;
    frame[to + 1] = payload[i + 1]! ^ b;
    frame[to + 2] = payload[i + 2]! ^ c;
    frame[to + 3] = payload[i + 3]! ^ d;
  }
  for (let i = whole; i < payload.byteLength; i += 1) frame[start + i] = payload[i]! ^ key[(more + i) & 3]!;
  return frame.subarray(0, start + payload.byteLength);
}

/** The payload of a close frame: two bytes of code, then the reason. */
export function closePayload(code: number, reason: string): Buffer {
  const payload = Buffer.from(`  ${reason}`).subarray(0, MAX_CONTROL_BYTES);
  payload.writeUInt16BE(code, 0);
  return payload;
}

/** @returns 1005 when the frame has no code @throws FrameError */
export function readClose(payload: Buffer): { code: number; reason: string } {
  if (payload.byteLength === 0) return { code: ReceivedCode.NoStatus, reason: "" };
  if (payload.byteLength === 1) throw new FrameError("a close frame has half a code");
  return { code: payload.readUInt16BE(0), reason: payload.toString("utf8", 2) };
}

/** @returns how many bytes of header that takes */
function writeLength(header: Buffer, length: number): number {
  if (length < LENGTH_16) {
    header[1] = length;
    return 2;
  }
  if (length < 0x1_0000) {
    header[1] = LENGTH_16;
    header.writeUInt16BE(length, 2);
    return 4;
  }
  header[1] = LENGTH_64;
  header.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
  header.writeUInt32BE(length % 2 ** 32, 6);
  return 10;
}

const keys = Buffer.alloc(KEY_POOL_BYTES);
let keysUsed = KEY_POOL_BYTES;

/** Unpredictable, so that a page cannot choose what a proxy on the way sees (RFC 6455 section 10.3). */
function maskingKey(): Buffer {
  if (keysUsed === KEY_POOL_BYTES) {
    randomFillSync(keys);
    keysUsed = 0;
  }
  keysUsed += 4;
  return keys.subarray(keysUsed - 4, keysUsed);
}
