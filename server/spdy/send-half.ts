/**
 * The writing half of a stream: cuts what is written into DATA frames and holds the caller back while the
 * connection is full. Nothing leaves before SYN_REPLY: Go drops DATA for a stream it has not answered, and a
 * Go client drops DATA that comes before the reply.
 */

import type { FrameWriter } from "./frame-writer.ts";
import { MAX_DATA_BYTES } from "./frames/constants.ts";

type Callback = (error?: Error | null) => void;

const NOTHING = Buffer.alloc(0);

export class SendHalf {
  readonly #streamId: number;
  readonly #writer: FrameWriter;
  readonly #onFinished: () => void;
  #state: "unanswered" | "open" | "finished" | "dropped" = "unanswered";
  #payload: Uint8Array = NOTHING;
  #offset = 0;
  #fin = false;
  /** Of the write in hand: Node gives us one at a time. */
  #callback: Callback | null = null;

  /** @param onFinished the FIN is written */
  constructor(streamId: number, writer: FrameWriter, onFinished: () => void) {
    this.#streamId = streamId;
    this.#writer = writer;
    this.#onFinished = onFinished;
  }

  /** SYN_REPLY came or was sent. */
  open(): void {
    if (this.#state !== "unanswered") return;
    this.#state = "open";
    this.#pump();
  }

  write(payload: Uint8Array, callback: Callback): void {
    this.#payload = payload;
    this.#offset = 0;
    this.#callback = callback;
    this.#pump();
  }

  /** An empty DATA frame with FIN. */
  finish(callback: Callback): void {
    this.#fin = true;
    this.write(NOTHING, callback);
  }

  /** Nobody reads any more: what is written from now on vanishes, as with Go. */
  drop(error?: Error): void {
    this.#state = "dropped";
    this.#writer.forget(this.#pump);
    this.#payload = NOTHING;
    this.#offset = 0;
    this.#settle(error);
  }

  readonly #pump = (): void => {
    if (this.#state === "dropped") {
      this.#settle();
      return;
    }
    if (this.#state !== "open" || this.#callback === null) return;
    const payload = this.#payload;
    while (!this.#writer.blocked) {
      if (this.#offset >= payload.length) {
        this.#sent();
        return;
      }
      const end = Math.min(payload.length, this.#offset + MAX_DATA_BYTES);
      const whole = this.#offset === 0 && end === payload.length;
      this.#writer.data(this.#streamId, whole ? payload : payload.subarray(this.#offset, end), false);
      this.#offset = end;
    }
    // Also after the last piece: the caller's next write would only wait here.
    this.#writer.whenDrained(this.#pump);
  };

  #sent(): void {
    this.#payload = NOTHING;
    this.#offset = 0;
    if (this.#fin) {
      this.#state = "finished";
      this.#writer.data(this.#streamId, NOTHING, true);
      this.#onFinished();
    }
    this.#settle();
  }

  #settle(error?: Error): void {
    const callback = this.#callback;
    this.#callback = null;
    callback?.(error);
  }
}
