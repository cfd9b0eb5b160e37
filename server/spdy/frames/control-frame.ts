/** The payload of a control frame as an object; every length and reserved value is checked here. */

import { SpdyConnectionError } from "../errors.ts";
import { FrameType, MAX_CONTROL_FRAME_BYTES, MAX_ID } from "./constants.ts";

export interface SynStreamFrame {
  type: typeof FrameType.SynStream;
  streamId: number;
  flags: number;
  /** Still compressed: it must go through the connection's HeaderDecompressor. */
  block: Buffer;
}

export interface HeadersFrame {
  type: typeof FrameType.SynReply | typeof FrameType.Headers;
  streamId: number;
  flags: number;
  block: Buffer;
}

export type ControlFrame =
  | SynStreamFrame
  | HeadersFrame
  | { type: typeof FrameType.Reset; streamId: number; status: number }
  | { type: typeof FrameType.Ping; id: number }
  | { type: typeof FrameType.GoAway; lastStreamId: number; status: number }
  /** Valid and without meaning here: SPDY's windows and settings play no part in Kubernetes. */
  | { type: typeof FrameType.Settings | typeof FrameType.WindowUpdate };

/** Bytes before the header block, or of the whole payload where there is none. */
const FIXED_BYTES: Readonly<Record<number, number>> = {
  [FrameType.SynStream]: 10,
  [FrameType.SynReply]: 4,
  [FrameType.Reset]: 8,
  [FrameType.Settings]: 4,
  [FrameType.Ping]: 4,
  [FrameType.GoAway]: 8,
  [FrameType.Headers]: 4,
  [FrameType.WindowUpdate]: 8,
};
const VARIABLE = new Set<number>([
  FrameType.SynStream,
  FrameType.SynReply,
  FrameType.Settings,
  FrameType.Headers,
]);
/** SETTINGS: flags(8), id(24), value(32). */
const SETTING_BYTES = 8;

function protocolError(what: string): SpdyConnectionError {
  return new SpdyConnectionError("PROTOCOL", `The peer sent ${what}.`);
}

/** Called with the frame's header alone, before anything of its payload is kept. */
export function checkControlHeader(type: number, length: number): void {
  const fixed = FIXED_BYTES[type];
  // Go knows no other type either, and drops the connection.
  if (fixed === undefined) throw protocolError(`a control frame of the unknown type ${type}`);
  if (length > MAX_CONTROL_FRAME_BYTES) {
    throw new SpdyConnectionError("FRAME_TOO_LARGE", `The peer sent a control frame of ${length} bytes.`);
  }
  if (VARIABLE.has(type) ? length < fixed : length !== fixed) {
    throw protocolError(`a control frame of type ${type} with the wrong length ${length}`);
  }
}

/** `payload` has passed checkControlHeader; header blocks are handed out without a copy. */
export function parseControlFrame(type: number, flags: number, payload: Buffer): ControlFrame {
  switch (type) {
    case FrameType.SynStream:
      return { type, streamId: streamId(payload), flags, block: payload.subarray(FIXED_BYTES[type]) };
    case FrameType.SynReply:
    case FrameType.Headers:
      return { type, streamId: streamId(payload), flags, block: payload.subarray(FIXED_BYTES[type]) };
    case FrameType.Reset: {
      const status = payload.readUInt32BE(4);
      if (status === 0) throw protocolError("a reset with status 0");
      return { type, streamId: streamId(payload), status };
    }
    case FrameType.Ping: {
      const id = payload.readUInt32BE(0);
      if (id === 0 || flags !== 0) throw protocolError("a ping with id 0 or with flags");
      return { type, id };
    }
    case FrameType.GoAway:
      if (flags !== 0) throw protocolError("a GOAWAY with flags");
      return { type, lastStreamId: payload.readUInt32BE(0) & MAX_ID, status: payload.readUInt32BE(4) };
    case FrameType.Settings:
      // The count is only compared, never allocated (CVE-2026-35469).
      if (payload.readUInt32BE(0) * SETTING_BYTES + FIXED_BYTES[type]! !== payload.length) {
        throw protocolError("SETTINGS whose count does not fit their length");
      }
      return { type };
    case FrameType.WindowUpdate:
      if (flags !== 0) throw protocolError("a WINDOW_UPDATE with flags");
      return { type };
    default:
      throw protocolError(`a control frame of the unknown type ${type}`);
  }
}

function streamId(payload: Buffer): number {
  const id = payload.readUInt32BE(0) & MAX_ID;
  if (id === 0) throw protocolError("a frame for stream 0");
  return id;
}
