/**
 * One flow of a connection as a Duplex. Written bytes go to SendHalf and out as DATA; DATA that comes in is
 * pushed to the reader as it is, or waits in a ReceiveBuffer while the reader is slow.
 */
import { Duplex } from "node:stream";
import { type DirectReader, DirectReads } from "./direct-reads.ts";
import { type SpdyConnectionError, SpdyStreamError } from "./errors.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { ResetStatus, STREAM_WRITE_BYTES } from "./frames/constants.ts";
import type { SpdyHeaders } from "./frames/header-block.ts";
import { ReceiveBuffer } from "./receive-buffer.ts";
import { SendHalf } from "./send-half.ts";

/** What a stream needs of its connection. */
export interface StreamOwner {
  readonly role: "client" | "server";
  readonly writer: FrameWriter;
  readonly replyTimeoutMs: number;
  /** What comes is valid until receive() returns. */
  readonly transient: boolean;
  sendReply(streamId: number, headers: SpdyHeaders): void;
  sendReset(streamId: number, status: number): void;
  /** The bytes held for the reader changed; `growing` is false when no more will come. */
  buffered(streamId: number, before: number, after: number, growing: boolean): void;
  /** Nothing more of this stream travels in either direction. */
  forget(streamId: number): void;
}

/**
 * Emits, beside what every Duplex emits, 'reset' (status: number) when the peer resets the stream; its reader
 * then gets the bytes that came before and the end, and what is written vanishes. As with every Duplex, a
 * `for await` over it destroys both halves when it ends.
 */
export class SpdyStream extends Duplex {
  /** Client: settles with SYN_REPLY, with an RST_STREAM, or after the reply timeout. Server: resolved. */
  readonly replied: Promise<void>;
  readonly #owner: StreamOwner;
  readonly #send: SendHalf;
  readonly #received = new ReceiveBuffer();
  readonly #direct = new DirectReads(this);
  #settleReplied: (error?: SpdyStreamError) => void = () => {};
  #replyTimer: NodeJS.Timeout | undefined;
  #answered = false;
  /** The reader asked for more than it got. */
  #wanted = false;
  #localEnded = false;
  #remoteEnded = false;
  /** Neither side may send any more: both ended, one reset, or the connection is gone. */
  #over = false;
  #lost: SpdyConnectionError | null = null;
  #resetStatus: number | null = null;
  #cut = false;

  constructor(
    owner: StreamOwner,
    readonly id: number,
    readonly headers: SpdyHeaders,
  ) {
    // The ReceiveBuffer counts what waits; Node's own buffer would count a one-byte view as one byte.
    super({ readableHighWaterMark: 1, writableHighWaterMark: STREAM_WRITE_BYTES });
    this.#owner = owner;
    this.#send = new SendHalf(id, owner.writer, () => {
      this.#localEnded = true;
      this.#checkOver();
    });
    this.replied = owner.role === "client" ? this.#awaitReply() : Promise.resolve();
    // A lost connection fails all its streams at once; one without a listener must not end the process.
    this.on("error", () => {});
  }

  /** The status of the peer's RST_STREAM; null while there was none. */
  get resetStatus(): number | null {
    return this.#resetStatus;
  }

  /** True when the peer reset the stream before its half of it had ended: what came is not the whole. */
  get cut(): boolean {
    return this.#cut;
  }

  /** Server role: accepts the stream. Writing to a stream accepts it as well. */
  reply(headers: SpdyHeaders = {}): void {
    if (this.#owner.role === "client" || this.#answered || this.#over) return;
    this.#owner.sendReply(this.id, headers);
    this.#answered = true;
    this.#send.open();
  }

  /** Ends both directions now; what waits to be read or written is dropped. */
  reset(status: number = ResetStatus.Cancel): void {
    if (!this.#over) {
      this.#setOver();
      this.#owner.sendReset(this.id, status);
    }
    this.destroy();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.reply();
    this.#send.write(chunk, callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.reply();
    this.#send.finish(callback);
  }

  override _read(): void {
    this.#wanted = true;
    const before = this.#received.bytes;
    while (this.#wanted) {
      const piece = this.#received.take();
      if (piece === undefined) break;
      this.#wanted = this.push(piece);
    }
    this.#reportBuffered(before);
    if (!this.#received.empty) return;
    if (this.#remoteEnded) this.push(null);
    // With a high-water mark of 1 the reader is just taking the last piece; it shall have it before the error.
    else if (this.#wanted && this.#lost !== null) process.nextTick(() => this.destroy(this.#lost!));
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.#over) {
      this.#setOver();
      this.#owner.sendReset(this.id, ResetStatus.Cancel);
    }
    if (error !== null || !this.#localEnded || !this.#remoteEnded) {
      const canceled =
        error instanceof SpdyStreamError
          ? error
          : new SpdyStreamError("CANCELED", "The stream was closed on this side.", { cause: error });
      this.#settleReplied(canceled);
      this.#send.drop(error ?? canceled);
    }
    const before = this.#received.bytes;
    this.#received.clear();
    this.#remoteEnded = true;
    this.#reportBuffered(before);
    callback(error);
  }

  /** For the connection: SYN_REPLY came. @returns false when it is not the first */
  receiveReply(): boolean {
    const first = !this.#answered;
    this.#answered = true;
    this.#settleReplied();
    this.#send.open();
    return first;
  }

  /** While it flows and holds nothing, `reader` is given what comes, valid until it returns; listen for 'data' as well. */
  takeReads(reader: DirectReader): void {
    this.#direct.take(reader);
  }

  /** For the connection: DATA came. The hot path: no copy while the reader keeps up. */
  receive(piece: Buffer): void {
    if (this.#remoteEnded) return;
    const keepsUp = this.#wanted && this.#received.empty;
    if (keepsUp && this.#direct.offer(piece)) return;
    const kept = this.#owner.transient ? Buffer.from(piece) : piece;
    if (keepsUp) {
      this.#wanted = this.push(kept);
      return;
    }
    const before = this.#received.bytes;
    this.#received.add(kept);
    this.#reportBuffered(before);
  }

  /** For the connection: FIN came. */
  receiveEnd(): void {
    if (this.#remoteEnded) return;
    this.#remoteEnded = true;
    if (this.#received.empty) this.push(null);
    this.#reportBuffered(this.#received.bytes);
    this.#checkOver();
  }

  /** For the connection: RST_STREAM came. */
  receiveReset(status: number): void {
    this.#resetStatus = status;
    this.#cut = !this.#remoteEnded;
    this.#setOver();
    this.#settleReplied(
      new SpdyStreamError("RESET", `The peer reset the stream (status ${status}).`, { resetStatus: status }),
    );
    this.#send.drop();
    this.receiveEnd();
    this.emit("reset", status);
  }

  /** For the connection: it is gone. What came before is still read, then the stream fails. */
  receiveLoss(error: SpdyConnectionError): void {
    this.#setOver();
    this.#settleReplied(
      new SpdyStreamError("LOST", "The connection ended before the peer answered.", { cause: error }),
    );
    this.#send.drop();
    if (this.#remoteEnded && !this.readableEnded) {
      this.once("end", () => this.destroy(error));
    } else if (this.#received.empty && this.readableLength === 0) {
      this.destroy(error);
    } else {
      this.#lost = error;
      this.#reportBuffered(this.#received.bytes);
    }
  }

  #awaitReply(): Promise<void> {
    const { replyTimeoutMs } = this.#owner;
    this.#replyTimer = setTimeout(() => {
      this.destroy(new SpdyStreamError("REPLY_TIMEOUT", `The peer did not answer in ${replyTimeoutMs} ms.`));
    }, replyTimeoutMs);
    this.#replyTimer.unref();
    const replied = new Promise<void>((resolve, reject) => {
      this.#settleReplied = (error) => {
        clearTimeout(this.#replyTimer);
        if (error === undefined) resolve();
        else reject(error);
      };
    });
    // Whoever does not wait for the reply learns of the failure from the stream.
    replied.catch(() => {});
    return replied;
  }

  #checkOver(): void {
    if (this.#localEnded && this.#remoteEnded) this.#setOver();
  }

  #setOver(): void {
    if (this.#over) return;
    this.#over = true;
    this.#owner.forget(this.id);
  }

  #reportBuffered(before: number): void {
    const growing = !this.#remoteEnded && !this.#over;
    this.#owner.buffered(this.id, before, this.#received.bytes, growing);
  }
}
