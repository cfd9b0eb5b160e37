/**
 * The one writer of a connection: frames leave whole and in the order they were given. What is written within
 * one turn of the event loop leaves in one system call (cork), and payload is never copied. DATA waits while
 * the bytes below are full; control frames do not wait.
 */
import type { Duplex } from "node:stream";
import { MAX_UNSENT_BYTES, MAX_UNSENT_CONTROLS } from "./frames/constants.ts";
import { encodeDataHeader } from "./frames/encode.ts";

export interface FrameWriterEvents {
  /** What waited has left. */
  onDrain: () => void;
  /** More than MAX_UNSENT_BYTES or MAX_UNSENT_CONTROLS wait because the peer does not read. */
  onFlood: () => void;
}

export class FrameWriter {
  readonly #bytes: Duplex;
  readonly #events: FrameWriterEvents;
  #corked = false;
  #blocked = false;
  #stopped = false;
  #dataBytes = 0;
  #unsentControls = 0;
  /** In the order they came; at most one entry per open stream. */
  readonly #waiting = new Set<() => void>();

  constructor(bytes: Duplex, events: FrameWriterEvents) {
    this.#bytes = bytes;
    this.#events = events;
    bytes.on("drain", this.#onDrain);
  }

  /** True: the bytes below are full, DATA must wait for whenDrained. */
  get blocked(): boolean {
    return this.#blocked;
  }

  /** Payload of all DATA frames so far. */
  get dataBytes(): number {
    return this.#dataBytes;
  }

  data(streamId: number, payload: Uint8Array, fin: boolean): void {
    this.#dataBytes += payload.length;
    this.#write(encodeDataHeader(streamId, payload.length, fin));
    if (payload.length > 0) this.#write(payload);
  }

  control(frame: Buffer): void {
    this.#unsentControls += 1;
    this.#write(frame, this.#onControlSent);
    const flood = this.#unsentControls > MAX_UNSENT_CONTROLS || this.#bytes.writableLength > MAX_UNSENT_BYTES;
    if (flood) this.#events.onFlood();
  }

  /** Calls back once, in turn with other streams, when DATA may be written. Only while `blocked`. */
  whenDrained(callback: () => void): void {
    this.#waiting.add(callback);
  }

  forget(callback: () => void): void {
    this.#waiting.delete(callback);
  }

  /** Nothing is written after this. */
  stop(): void {
    this.#stopped = true;
    this.#bytes.off("drain", this.#onDrain);
    this.#waiting.clear();
  }

  readonly #onControlSent = (): void => {
    this.#unsentControls -= 1;
  };

  #write(bytes: Uint8Array, done?: () => void): void {
    if (this.#stopped) return;
    if (!this.#corked) {
      this.#corked = true;
      this.#bytes.cork();
      // At the end of this turn, not of this callback: the frames of many streams leave in one write.
      setImmediate(this.#uncork);
    }
    // Only a drain lifts the block, so that a small frame cannot let its stream jump the line.
    if (!this.#bytes.write(bytes, done)) this.#blocked = true;
  }

  readonly #uncork = (): void => {
    this.#corked = false;
    this.#bytes.uncork();
  };

  readonly #onDrain = (): void => {
    this.#blocked = false;
    this.#events.onDrain();
    // Each stream sends a frame or more, fills the bytes again, and joins the end of the line.
    for (const next of this.#waiting) {
      if (this.#blocked) return;
      this.#waiting.delete(next);
      next();
    }
  };
}
