/**
 * What a server sends on an upgraded connection, cut into whole frames, so that a fault can act on one of them.
 *   WebSocket: flags and opcode(8)  0|length(7), or 126 and 16 bits, or 127 and 64 bits; servers never mask
 *   SPDY/3.1:  see spdy/frames/encode.ts
 */
import { FRAME_HEADER_BYTES, FrameType } from "#server/spdy/frames/constants.ts";

/** `tunnel` is the WebSocket around SPDY; what is inside of it is `spdy` again. */
export type Wire = "websocket" | "tunnel" | "spdy";

export interface WireFrame {
  bytes: Buffer;
  /** `data` carries bytes of a stream, `ping` is a ping or its answer, `reply` accepts a SPDY stream. */
  kind: "data" | "ping" | "reply" | "other";
  /** SPDY alone. */
  streamId: number;
}

const OPCODE_MASK = 0x0f;
const BINARY = 2;
const PINGS = [9, 10];
const CONTROL_BIT = 0x80;

export class FrameSplitter {
  #rest = Buffer.alloc(0);

  constructor(private readonly wire: Wire) {}

  push(chunk: Buffer): WireFrame[] {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: WireFrame[] = [];
    for (;;) {
      const length = this.wire === "spdy" ? spdyLength(rest) : webSocketLength(rest);
      if (length === null || rest.length < length) break;
      const bytes = rest.subarray(0, length);
      frames.push(this.wire === "spdy" ? spdyFrame(bytes) : webSocketFrame(bytes, this.wire));
      rest = rest.subarray(length);
    }
    this.#rest = Buffer.from(rest);
    return frames;
  }
}

/** Of the first frame, its head included; null while that is not known. */
function spdyLength(bytes: Buffer): number | null {
  return bytes.length < FRAME_HEADER_BYTES ? null : FRAME_HEADER_BYTES + bytes.readUIntBE(5, 3);
}

function webSocketLength(bytes: Buffer): number | null {
  if (bytes.length < 2) return null;
  const short = bytes[1]!;
  if (short < 126) return 2 + short;
  const extended = short === 126 ? 2 : 8;
  if (bytes.length < 2 + extended) return null;
  return 2 + extended + (extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)));
}

function webSocketFrame(bytes: Buffer, wire: Wire): WireFrame {
  const opcode = bytes[0]! & OPCODE_MASK;
  if (PINGS.includes(opcode)) return { bytes, kind: "ping", streamId: 0 };
  // The first message of exec is a channel byte alone and carries nothing; a tunnel's borders mean nothing.
  const carries = wire === "websocket" && opcode === BINARY && bytes.length > 3;
  return { bytes, kind: carries ? "data" : "other", streamId: 0 };
}

function spdyFrame(bytes: Buffer): WireFrame {
  if ((bytes[0]! & CONTROL_BIT) === 0) {
    const kind = bytes.length > FRAME_HEADER_BYTES ? "data" : "other";
    return { bytes, kind, streamId: bytes.readUInt32BE(0) };
  }
  const type = bytes.readUInt16BE(2);
  if (type === FrameType.Ping) return { bytes, kind: "ping", streamId: 0 };
  const isReply = type === FrameType.SynReply;
  return { bytes, kind: isReply ? "reply" : "other", streamId: isReply ? bytes.readUInt32BE(8) : 0 };
}
