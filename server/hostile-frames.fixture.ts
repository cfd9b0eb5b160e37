/**
 * A frame of each kind, as whoever means harm writes it. The records name every kind there is: a new one without an attack
 * does not compile.
 */
import { constants, deflateRawSync } from "node:zlib";
import { encodeAck } from "#protocol/ack.ts";
import { Channel } from "#protocol/channel.ts";
import { FrameType } from "#server/spdy/frames/constants.ts";
import { encodeHeaderBlock } from "#server/spdy/frames/header-block.ts";
import { HeaderCompressor } from "#server/spdy/frames/header-compression.ts";
import { maskedFrame, messageHeader, Opcode } from "#server/stream/websocket/websocket-frames.ts";

const NOTHING = new Uint8Array(0);
const BOMB_BYTES = 60_000;
/** Nearly the largest message there may be. */
const LARGE_BYTES = 900_000;
const FIN = 0x80;

/** Bytes sent again and again, behind what has to come once. */
export interface Flood {
  first?: Buffer;
  /** Empty: nothing follows. */
  unit: Buffer;
  /** A pause after each unit; absent: as fast as it is taken. */
  everyMs?: number;
}

/** What a client writes on each channel, small, often. */
const CHANNEL_PAYLOADS: Record<keyof typeof Channel, readonly Uint8Array[]> = {
  Stdin: [Buffer.from("x")],
  Stdout: [NOTHING],
  Stderr: [Buffer.from("x")],
  Error: [Buffer.from("{}")],
  Resize: [Buffer.from('{"Width":80,"Height":24}'), Buffer.from('{"Width":81,"Height":25}')],
  Ack: [encodeAck(0)],
  Event: [Buffer.from("{}")],
  Echo: [new Uint8Array(16)],
  Close: [Uint8Array.of(Channel.Stdin)],
};

/** Frames of a WebSocket that are no message of a channel. */
const MESSAGES: Record<keyof typeof Opcode, Uint8Array> = {
  Continuation: NOTHING,
  Text: Buffer.from("x"),
  Binary: NOTHING,
  Close: NOTHING,
  Ping: Buffer.alloc(125),
  Pong: NOTHING,
};

export function clientFloods(): Record<string, Flood> {
  const floods: Record<string, Flood> = {};
  for (const [name, payloads] of Object.entries(CHANNEL_PAYLOADS)) {
    const channel = Channel[name as keyof typeof Channel];
    const unit = Buffer.concat(payloads.map((one) => maskedFrame(Opcode.Binary, channel, one)));
    floods[`frames on ${name}`] = { unit };
  }
  for (const [name, payload] of Object.entries(MESSAGES)) {
    floods[`${name} frames`] = { unit: maskedFrame(Opcode[name as keyof typeof Opcode], null, payload) };
  }
  const open = maskedFrame(Opcode.Binary, Channel.Stdin, NOTHING);
  open[0]! &= ~FIN;
  const more = maskedFrame(Opcode.Continuation, null, Buffer.from("x"));
  more[0]! &= ~FIN;
  floods["fragments that do not end"] = { first: open, unit: more };
  floods["large frames on Resize"] = {
    unit: maskedFrame(Opcode.Binary, Channel.Resize, Buffer.alloc(LARGE_BYTES, " ")),
  };
  floods["empty pings"] = { unit: maskedFrame(Opcode.Ping, null, NOTHING) };
  return floods;
}

/** The same from a server: unmasked. */
export function serverFrame(opcode: number, payload: Uint8Array, last = true): Buffer {
  const header = Buffer.from(messageHeader(null, payload.byteLength));
  header[0] = (last ? FIN : 0) | opcode;
  return Buffer.concat([header, payload]);
}

export function serverFloods(): Record<string, Flood> {
  const floods: Record<string, Flood> = {};
  for (const [name, payload] of Object.entries(MESSAGES)) {
    floods[`${name} frames`] = { unit: serverFrame(Opcode[name as keyof typeof Opcode], payload) };
  }
  for (const name of Object.keys(CHANNEL_PAYLOADS) as (keyof typeof Channel)[]) {
    floods[`frames on ${name}`] = { unit: serverFrame(Opcode.Binary, Uint8Array.of(Channel[name], 0x78)) };
  }
  floods["fragments that do not end"] = {
    first: serverFrame(Opcode.Binary, Uint8Array.of(Channel.Stdout), false),
    unit: serverFrame(Opcode.Continuation, NOTHING, false),
  };
  floods["empty pings"] = { unit: serverFrame(Opcode.Ping, NOTHING) };
  const huge = Buffer.from([
    FIN | Opcode.Binary,
    127,
    0,
    0,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    Channel.Stdout,
  ]);
  floods["one frame without an end"] = { first: huge, unit: Buffer.alloc(64 * 1024, "x") };
  return floods;
}

/** @param peer who floods: a client's ids are odd, and so are the pings that it wants echoed */
export function spdyFloods(peer: "client" | "server"): Record<string, Flood> {
  const compressor = new HeaderCompressor();
  const first = compressor.compress(encodeHeaderBlock({ streamtype: "none" }));
  // Later blocks are raw deflate: a hundred bytes that inflate to 60 000.
  const bomb = deflateRawSync(encodeHeaderBlock({ a: "a".repeat(BOMB_BYTES) }), {
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  const id = peer === "client" ? 1 : 2;
  const withHeaders = (type: number, fixed: readonly number[]): Flood => ({
    first: control(type, Buffer.concat([words(...fixed), tail(type), first])),
    unit: control(type, Buffer.concat([words(...fixed), tail(type), bomb])),
  });
  const kinds: Record<keyof typeof FrameType, Flood> = {
    SynStream: withHeaders(FrameType.SynStream, [id, 0]),
    SynReply: withHeaders(FrameType.SynReply, [1]),
    Headers: withHeaders(FrameType.Headers, [1]),
    Reset: { unit: control(FrameType.Reset, words(99, 5)) },
    Settings: { unit: control(FrameType.Settings, words(0)) },
    Ping: { unit: control(FrameType.Ping, words(id)) },
    GoAway: { unit: control(FrameType.GoAway, words(0, 0)) },
    WindowUpdate: { unit: control(FrameType.WindowUpdate, words(1, 1)) },
  };
  const floods: Record<string, Flood> = {};
  for (const [name, flood] of Object.entries(kinds)) floods[`SPDY ${name}`] = flood;
  floods["SPDY DATA without bytes"] = { unit: words(99, 0) };
  floods["SPDY DATA of one byte"] = { unit: Buffer.concat([words(99, 1), Buffer.from("x")]) };
  floods["half a SPDY control frame"] = {
    unit: control(FrameType.Headers, Buffer.alloc(64 * 1024)).subarray(0, -1),
  };
  return floods;
}

/** SYN_STREAM has a priority and a slot before its headers. */
function tail(type: number): Buffer {
  return Buffer.alloc(type === FrameType.SynStream ? 2 : 0);
}

function control(type: number, payload: Buffer): Buffer {
  return Buffer.concat([words(0x8003_0000 + type, payload.byteLength), payload]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
