/**
 * Frames as bytes. All numbers are big-endian.
 *   control: 1|version(15)  type(16)  flags(8)  length(24)  payload
 *   DATA:    0|stream id(31)          flags(8)  length(24)  payload
 */
import { Flag, FRAME_HEADER_BYTES, FrameType, SPDY_VERSION } from "./constants.ts";

const CONTROL_BIT = 0x8000;
const FIN_SHIFTED = Flag.Fin * 2 ** 24;

function controlFrame(type: number, fixedBytes: number, block?: Buffer): Buffer {
  const length = fixedBytes + (block?.length ?? 0);
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + length);
  frame.writeUInt16BE(CONTROL_BIT | SPDY_VERSION, 0);
  frame.writeUInt16BE(type, 2);
  frame.writeUInt32BE(length, 4);
  block?.copy(frame, FRAME_HEADER_BYTES + fixedBytes);
  return frame;
}

function twoNumbers(type: number, first: number, second: number): Buffer {
  const frame = controlFrame(type, 8);
  frame.writeUInt32BE(first, 8);
  frame.writeUInt32BE(second, 12);
  return frame;
}

/** Stream id, no associated stream, priority 0 (as Go: order between streams stays), slot 0, then the block. */
export function encodeSynStream(streamId: number, block: Buffer): Buffer {
  const frame = controlFrame(FrameType.SynStream, 10, block);
  frame.writeUInt32BE(streamId, 8);
  return frame;
}

export function encodeSynReply(streamId: number, block: Buffer): Buffer {
  const frame = controlFrame(FrameType.SynReply, 4, block);
  frame.writeUInt32BE(streamId, 8);
  return frame;
}

export function encodeReset(streamId: number, status: number): Buffer {
  return twoNumbers(FrameType.Reset, streamId, status);
}

export function encodePing(id: number): Buffer {
  const frame = controlFrame(FrameType.Ping, 4);
  frame.writeUInt32BE(id, 8);
  return frame;
}

export function encodeGoAway(lastStreamId: number, status: number): Buffer {
  return twoNumbers(FrameType.GoAway, lastStreamId, status);
}

/** The 8 bytes before the payload, which is sent as it is and never copied. */
export function encodeDataHeader(streamId: number, length: number, fin: boolean): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  header.writeUInt32BE(streamId, 0);
  header.writeUInt32BE(fin ? length + FIN_SHIFTED : length, 4);
  return header;
}
