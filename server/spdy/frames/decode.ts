/**
 * Bytes to frames, however they are cut: kubectl writes a frame field by field, each as its own WebSocket
 * message, some of them empty. DATA payload is handed out as it arrives, as views of the chunks, so a frame of
 * 16 MiB needs no memory here. Only a control frame that spans chunks is collected.
 */

import { SpdyConnectionError } from "../errors.ts";
import { Flag, FRAME_HEADER_BYTES, SPDY_VERSION } from "./constants.ts";
import { type ControlFrame, checkControlHeader, parseControlFrame } from "./control-frame.ts";

export interface FrameSink {
  /** A piece of DATA payload; empty only together with `fin`, which comes with the frame's last piece. */
  data(streamId: number, piece: Buffer, fin: boolean): void;
  control(frame: ControlFrame): void;
}

const CONTROL_BIT = 0x8000_0000;
const LENGTH_MASK = 0x00ff_ffff;
const NOTHING = Buffer.alloc(0);
/** The first allocation for a control frame that spans chunks; it doubles as bytes really come. */
const FIRST_PAYLOAD_BYTES = 256;

/** A control frame may have headers to inflate; a turn of 128 of them takes some milliseconds. */
const CONTROL_COST = 16;
const COST_A_TURN = 2_048;

type Part = "header" | "data" | "control";

/** Throws SpdyConnectionError out of push() and release(), and is of no use afterwards. */
export class FrameDecoder {
  readonly #sink: FrameSink;
  readonly #onTired: () => void;
  #cost = 0;
  #part: Part = "header";
  readonly #header = Buffer.alloc(FRAME_HEADER_BYTES);
  #headerFilled = 0;
  /** Of the frame in hand. For DATA `#id` is the stream, for control frames the type. */
  #id = 0;
  #flags = 0;
  #left = 0;
  #payload: Buffer = NOTHING;
  #payloadFilled = 0;
  /** Chunks not parsed because of hold(). The owner stops reading as well, so they are few. */
  #waiting: Buffer[] = [];
  #held = false;
  #stopped = false;
  #running = false;

  /** @param onTired so many frames came that everybody else should have a turn: call hold(), and release() in the next */
  constructor(sink: FrameSink, onTired: () => void = () => {}) {
    this.#sink = sink;
    this.#onTired = onTired;
  }

  /** True when an end of the bytes here would cut a frame. */
  get midFrame(): boolean {
    return this.#part !== "header" || this.#headerFilled > 0;
  }

  push(chunk: Buffer): void {
    if (chunk.length > 0 && !this.#stopped) this.#waiting.push(chunk);
    this.#run();
  }

  /** As push(), for bytes that are valid until it returns: what has to wait is copied. */
  pushCopying(chunk: Buffer): void {
    this.push(chunk);
    const last = this.#waiting.length - 1;
    if (last >= 0) this.#waiting[last] = Buffer.from(this.#waiting[last]!);
  }

  /** Stops after the piece in hand, also from inside the sink. */
  hold(): void {
    this.#held = true;
  }

  /** Goes on, with what waited first. */
  release(): void {
    this.#held = this.#stopped;
    this.#run();
  }

  /** Parses what waits in spite of hold(): nothing more will come, so nothing is gained by waiting. */
  flush(): void {
    while (this.#waiting.length > 0 && !this.#running) this.release();
  }

  /** Forgets what waits and parses nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#held = true;
    this.#waiting = [];
    this.#payload = NOTHING;
  }

  #run(): void {
    // The sink may call release(): the loop below then simply goes on.
    if (this.#running) return;
    this.#running = true;
    try {
      while (!this.#held) {
        const chunk = this.#waiting.shift();
        if (chunk === undefined) return;
        const used = this.#parse(chunk);
        if (used < chunk.length && !this.#stopped) this.#waiting.unshift(chunk.subarray(used));
      }
    } finally {
      this.#running = false;
    }
  }

  /** Parses until the chunk ends or hold() is called; returns the bytes used. */
  #parse(chunk: Buffer): number {
    let offset = 0;
    while (offset < chunk.length && !this.#held) {
      if (this.#part === "header") {
        offset = this.#takeHeader(chunk, offset);
      } else {
        const end = Math.min(chunk.length, offset + this.#left);
        const piece = chunk.subarray(offset, end);
        this.#left -= end - offset;
        offset = end;
        if (this.#part === "data") this.#takeData(piece);
        else this.#takeControl(piece);
      }
    }
    return offset;
  }

  #takeHeader(chunk: Buffer, offset: number): number {
    if (this.#headerFilled === 0 && chunk.length - offset >= FRAME_HEADER_BYTES) {
      this.#begin(chunk.readUInt32BE(offset), chunk.readUInt32BE(offset + 4));
      return offset + FRAME_HEADER_BYTES;
    }
    const end = Math.min(chunk.length, offset + FRAME_HEADER_BYTES - this.#headerFilled);
    chunk.copy(this.#header, this.#headerFilled, offset, end);
    this.#headerFilled += end - offset;
    if (this.#headerFilled === FRAME_HEADER_BYTES) {
      this.#headerFilled = 0;
      this.#begin(this.#header.readUInt32BE(0), this.#header.readUInt32BE(4));
    }
    return end;
  }

  /** Both words of a frame's header are there. */
  #begin(first: number, second: number): void {
    this.#cost += first < CONTROL_BIT ? 1 : CONTROL_COST;
    if (this.#cost > COST_A_TURN) {
      this.#cost = 0;
      this.#onTired();
    }
    this.#flags = second >>> 24;
    this.#left = second & LENGTH_MASK;
    if (first < CONTROL_BIT) {
      this.#id = first;
      if (first === 0) throw new SpdyConnectionError("PROTOCOL", "The peer sent DATA for stream 0.");
      if (this.#left > 0) this.#part = "data";
      else if (this.#flags & Flag.Fin) this.#sink.data(first, NOTHING, true);
      return;
    }
    const version = (first >>> 16) & 0x7fff;
    if (version !== SPDY_VERSION) {
      throw new SpdyConnectionError("PROTOCOL", `The peer speaks SPDY version ${version}.`);
    }
    this.#id = first & 0xffff;
    checkControlHeader(this.#id, this.#left);
    this.#part = "control";
  }

  #takeData(piece: Buffer): void {
    const last = this.#left === 0;
    if (last) this.#part = "header";
    this.#sink.data(this.#id, piece, last && (this.#flags & Flag.Fin) !== 0);
  }

  #takeControl(piece: Buffer): void {
    if (this.#left > 0) {
      this.#collect(piece);
      return;
    }
    let payload = piece;
    if (this.#payloadFilled > 0) {
      this.#collect(piece);
      payload = this.#payload.subarray(0, this.#payloadFilled);
      this.#payload = NOTHING;
      this.#payloadFilled = 0;
    }
    this.#part = "header";
    this.#sink.control(parseControlFrame(this.#id, this.#flags, payload));
  }

  /** Grows with the bytes that came, never to the length that was announced. */
  #collect(piece: Buffer): void {
    const needed = this.#payloadFilled + piece.length;
    if (needed > this.#payload.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#payload.length, FIRST_PAYLOAD_BYTES));
      this.#payload.copy(larger, 0, 0, this.#payloadFilled);
      this.#payload = larger;
    }
    piece.copy(this.#payload, this.#payloadFilled);
    this.#payloadFilled = needed;
  }
}
