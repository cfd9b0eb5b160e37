/**
 * Input on its way into one socket. A browser WebSocket buffers without limit and tells no one when it drains, so
 * this sends in frames, stops while the socket holds enough, and looks again shortly after.
 */
import { Channel, encodeFrame, MAX_PAYLOAD_BYTES } from "#protocol/channel.ts";

/** The socket holds at most this much unsent input; a Ctrl-C queues behind no more than it. */
export const SOCKET_BUFFER_BYTES = 64 * 1024;
/** A paste larger than this is refused as a whole: half of one would be worse than none. */
export const MAX_STDIN_QUEUE_BYTES = 8 * 1024 * 1024;
/** Between two looks at a full socket. */
export const DRAIN_POLL_MS = 10;

export interface StdinSink {
  readonly bufferedAmount: number;
  send(frame: Uint8Array<ArrayBuffer>): void;
}

export class StdinQueue {
  #chunks: Uint8Array[] = [];
  #queuedBytes = 0;
  #drainTimer: ReturnType<typeof setTimeout> | null = null;
  readonly #sink: StdinSink;

  constructor(sink: StdinSink) {
    this.#sink = sink;
  }

  /** Accepted but not yet handed to the socket. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** False when the queue cannot take it; nothing of it is sent then. */
  push(bytes: Uint8Array): boolean {
    if (this.#queuedBytes + bytes.byteLength > MAX_STDIN_QUEUE_BYTES) return false;
    for (let at = 0; at < bytes.byteLength; at += MAX_PAYLOAD_BYTES) {
      this.#chunks.push(bytes.subarray(at, at + MAX_PAYLOAD_BYTES));
    }
    this.#queuedBytes += bytes.byteLength;
    if (this.#drainTimer === null) this.#drain();
    return true;
  }

  /** @returns how many accepted bytes were never sent */
  dispose(): number {
    if (this.#drainTimer !== null) clearTimeout(this.#drainTimer);
    this.#drainTimer = null;
    const dropped = this.#queuedBytes;
    this.#chunks = [];
    this.#queuedBytes = 0;
    return dropped;
  }

  #drain(): void {
    this.#drainTimer = null;
    while (this.#chunks.length > 0 && this.#sink.bufferedAmount < SOCKET_BUFFER_BYTES) {
      const chunk = this.#chunks.shift() as Uint8Array;
      this.#queuedBytes -= chunk.byteLength;
      this.#sink.send(encodeFrame(Channel.Stdin, chunk));
    }
    if (this.#chunks.length > 0) this.#drainTimer = setTimeout(() => this.#drain(), DRAIN_POLL_MS);
  }
}
