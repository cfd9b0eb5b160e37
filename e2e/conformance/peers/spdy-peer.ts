/**
 * The client role of SPDY/3.1 as Kubernetes uses it, as small as one can be and independent of the product's own
 * (moby/spdystream is what it is modelled on). Frame layout, big-endian:
 *
 *   control  0x8003(16) type(16) flags(8) length(24)
 *   data     stream id(32) flags(8) length(24)
 *
 * Header blocks name the dictionary and never refer to it, so its text is not needed here; those of replies are not
 * looked at.
 */
import type { Duplex } from "node:stream";
import { constants, deflateRawSync } from "node:zlib";
import { limited } from "../../waiting.ts";
import { SpdyPeerStream } from "./spdy-peer-stream.ts";

const VERSION = 0x8003;
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const FIN = 1;
const CANCEL = 5;
const HEADER_BYTES = 8;
/** RFC 1950: deflate, a preset dictionary, and the id of the one of SPDY/3. */
const ZLIB_HEADER = Buffer.of(0x78, 0xf9, 0xe3, 0xc6, 0xa7, 0xc2);

export class SpdyPeer {
  readonly #streams = new Map<number, SpdyPeerStream>();
  readonly #pings = new Map<number, () => void>();
  readonly ended: Promise<void>;
  #nextId = 1;
  #nextPing = 1;
  #sentBlock = false;
  #pending: Buffer = Buffer.alloc(0);

  /** @param bytes an upgraded connection, or a tunnel */
  constructor(private readonly bytes: Duplex) {
    bytes.on("data", (piece: Buffer) => this.#receive(piece));
    bytes.on("error", () => {});
    this.ended = new Promise((resolve) => {
      const over = () => {
        for (const stream of this.#streams.values()) stream.onReset("the connection ended");
        resolve();
      };
      bytes.once("end", over);
      bytes.once("close", over);
    });
  }

  /** Opens a stream and waits for its reply. */
  async open(headers: Record<string, string>): Promise<SpdyPeerStream> {
    const stream = this.openUnanswered(headers);
    await limited(stream.replied, `the reply to the ${headers.streamtype} stream`);
    return stream;
  }

  openUnanswered(headers: Record<string, string>): SpdyPeerStream {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new SpdyPeerStream(id, {
      data: (payload, fin) => this.#write(dataFrame(id, payload, fin)),
      reset: () => void this.#write(controlFrame(RST_STREAM, words(id, CANCEL))),
    });
    this.#streams.set(id, stream);
    const head = Buffer.alloc(10);
    head.writeUInt32BE(id);
    void this.#write(controlFrame(SYN_STREAM, Buffer.concat([head, this.#headerBlock(headers)])));
    return stream;
  }

  ping(): Promise<void> {
    const id = this.#nextPing;
    this.#nextPing += 2;
    const answered = new Promise<void>((resolve) => this.#pings.set(id, resolve));
    void this.#write(controlFrame(PING, words(id)));
    return limited(answered, "the answer to a SPDY ping");
  }

  /** GOAWAY and the end of the bytes, as kubectl leaves. */
  close(): void {
    void this.#write(controlFrame(GOAWAY, words(0, 0)));
    this.bytes.end();
  }

  destroy(): void {
    this.bytes.destroy();
  }

  pause(): void {
    this.bytes.pause();
  }

  resume(): void {
    this.bytes.resume();
  }

  #headerBlock(headers: Record<string, string>): Buffer {
    const pairs = Object.entries(headers).flatMap(([name, value]) => [sized(name), sized(value)]);
    const plain = Buffer.concat([words(pairs.length / 2), ...pairs]);
    // One zlib stream for the whole connection: each block is flushed to a byte's border and never finished.
    const block = deflateRawSync(plain, { finishFlush: constants.Z_SYNC_FLUSH });
    if (this.#sentBlock) return block;
    this.#sentBlock = true;
    return Buffer.concat([ZLIB_HEADER, block]);
  }

  #write(frame: Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (!this.bytes.writable) resolve();
      else this.bytes.write(frame, () => resolve());
    });
  }

  #receive(piece: Buffer): void {
    this.#pending = this.#pending.byteLength === 0 ? piece : Buffer.concat([this.#pending, piece]);
    while (this.#pending.byteLength >= HEADER_BYTES) {
      const length = this.#pending.readUIntBE(5, 3);
      if (this.#pending.byteLength < HEADER_BYTES + length) return;
      const frame = this.#pending.subarray(0, HEADER_BYTES + length);
      this.#pending = this.#pending.subarray(HEADER_BYTES + length);
      this.#frame(frame);
    }
  }

  #frame(frame: Buffer): void {
    const payload = frame.subarray(HEADER_BYTES);
    if ((frame[0]! & 0x80) === 0) {
      this.#streams.get(frame.readUInt32BE(0))?.onData(payload, (frame[4]! & FIN) !== 0);
      return;
    }
    const type = frame.readUInt16BE(2);
    if (type === PING) {
      const id = payload.readUInt32BE(0);
      // Our own are odd: an even one is a question.
      if (id % 2 === 0) void this.#write(controlFrame(PING, words(id)));
      this.#pings.get(id)?.();
      this.#pings.delete(id);
    } else if (type === SYN_REPLY) {
      this.#streams.get(payload.readUInt32BE(0))?.onReply();
    } else if (type === RST_STREAM) {
      this.#streams.get(payload.readUInt32BE(0))?.onReset("the stream was reset");
    }
  }
}

function controlFrame(type: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE(VERSION, 0);
  head.writeUInt16BE(type, 2);
  head.writeUIntBE(payload.byteLength, 5, 3);
  return Buffer.concat([head, payload]);
}

function dataFrame(id: number, payload: Uint8Array, fin: boolean): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt32BE(id, 0);
  head[4] = fin ? FIN : 0;
  head.writeUIntBE(payload.byteLength, 5, 3);
  return Buffer.concat([head, payload]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}

function sized(text: string): Buffer {
  return Buffer.concat([words(Buffer.byteLength(text)), Buffer.from(text)]);
}
