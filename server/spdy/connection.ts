/**
 * SPDY/3.1 over any byte stream, in both roles: raw bytes of an upgraded socket, or the messages of a WebSocket
 * joined into bytes. In: FrameDecoder, then the stream of the frame's id. Out: streams, then the FrameWriter.
 * Next hop: the SpdyStreams, which exec and port-forward hold.
 */
import type { Duplex } from "node:stream";
import type { SpdyConnectionOptions } from "./connection-options.ts";
import { SpdyConnectionError } from "./errors.ts";
import { FrameRouter } from "./frame-router.ts";
import { FrameWriter } from "./frame-writer.ts";
import {
  CLOSE_TIMEOUT_MS,
  GoAwayStatus,
  MAX_STREAMS,
  PING_TIMEOUT_MS,
  REPLY_TIMEOUT_MS,
  STALLED_PING_TIMEOUT_MS,
  UNCONFIRMED_SMALL_BYTES,
} from "./frames/constants.ts";
import { FrameDecoder } from "./frames/decode.ts";
import { encodeGoAway, encodePing, encodeReset, encodeSynReply, encodeSynStream } from "./frames/encode.ts";
import { encodeHeaderBlock, type SpdyHeaders } from "./frames/header-block.ts";
import { HeaderCompressor } from "./frames/header-compression.ts";
import { InputGate } from "./input-gate.ts";
import { Pinger } from "./pinger.ts";
import { SpdyStream, type StreamOwner } from "./stream.ts";
import { StreamTable } from "./stream-table.ts";

export class SpdyConnection {
  readonly #bytes: Duplex;
  readonly #options: SpdyConnectionOptions;
  readonly #streams: StreamTable;
  readonly #decoder: FrameDecoder;
  readonly #writer: FrameWriter;
  readonly #gate = new InputGate((shut) => this.#onGate(shut));
  readonly #pinger: Pinger;
  readonly #compressor = new HeaderCompressor();
  readonly #owner: StreamOwner;
  /** Open; goodbye: the peer said GOAWAY; closing: we said it; ended: onEnd was called. */
  #state: "open" | "goodbye" | "closing" | "ended" = "open";
  #closed: Promise<void> | null = null;

  constructor(bytes: Duplex, options: SpdyConnectionOptions) {
    this.#bytes = bytes;
    this.#options = options;
    this.#streams = new StreamTable(options.role, options.maxStreams ?? MAX_STREAMS);
    this.#writer = new FrameWriter(bytes, {
      onDrain: () => this.#pinger.heard(),
      onFlood: () => {
        this.#end(new SpdyConnectionError("FLOOD", "The peer asks for answers and does not read them."));
      },
    });
    this.#pinger = new Pinger({
      firstId: options.role === "client" ? 1 : 2,
      timeoutMs: options.pingTimeoutMs ?? PING_TIMEOUT_MS,
      stalledTimeoutMs: STALLED_PING_TIMEOUT_MS,
      send: (id) => this.#writer.control(encodePing(id)),
      // Bytes that do not leave are TCP's to judge: it tells a full peer from one that is gone.
      excused: () => this.#gate.closed || this.#writer.blocked,
      // A server that is not read may have closed: a ping draws a reset, which discards what waits of it (heartbeat.ts).
      muted: () => options.role === "client" && this.#gate.takeHeld(),
      sentBytes: () => this.#writer.dataBytes,
      unconfirmedSmallBytes: options.unconfirmedSmallBytes ?? UNCONFIRMED_SMALL_BYTES,
      onTimeout: (error) => this.#end(error),
    });
    this.#owner = {
      role: options.role,
      writer: this.#writer,
      replyTimeoutMs: options.replyTimeoutMs ?? REPLY_TIMEOUT_MS,
      transient: options.takeReads?.(this.#onDirectBytes) ?? false,
      sendReply: (id, headers) => this.#writer.control(encodeSynReply(id, this.#compress(headers))),
      sendReset: (id, status) => this.#writer.control(encodeReset(id, status)),
      buffered: (id, before, after, growing) => this.#gate.report(id, before, after, growing),
      forget: (id) => this.#onStreamOver(id),
    };
    const router = new FrameRouter({
      streams: this.#streams,
      owner: this.#owner,
      pinger: this.#pinger,
      onStream: options.onStream,
      onGoAway: () => this.#onGoAway(),
    });
    this.#decoder = new FrameDecoder(router, () => this.#gate.rest());
    bytes.on("data", this.#onBytes);
    bytes.on("end", this.#onBytesEnd);
    bytes.on("error", this.#onBytesError);
    bytes.on("close", this.#onBytesEnd);
    // An upgraded socket is often handed over paused.
    bytes.resume();
    // Its events are over already; the caller gets onEnd after the constructor has returned.
    if (bytes.destroyed || bytes.readableEnded) process.nextTick(this.#onBytesEnd);
    if (options.pingPeriodMs) this.#pinger.every(options.pingPeriodMs);
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  get ended(): boolean {
    return this.#state === "ended";
  }

  /** True while nothing is read because a stream's reader is slow: every other stream waits as well. */
  get stalled(): boolean {
    return this.#gate.closed;
  }

  /** True while what we send waits: the other way is full, and a new stream would wait behind it. */
  get blocked(): boolean {
    return this.#writer.blocked;
  }

  get rttMs(): number | null {
    return this.#pinger.rttMs;
  }

  /** Client role: opens a stream. Throws SpdyConnectionError, or SpdyStreamError for a header SPDY forbids. */
  createStream(headers: Record<string, string>): SpdyStream {
    if (this.#state === "goodbye") {
      throw new SpdyConnectionError("GOAWAY", "The peer takes no more streams on this connection.");
    }
    if (this.#state !== "open") throw new SpdyConnectionError("CLOSED", "The connection is closed.");
    const id = this.#streams.nextId();
    const block = this.#compress(headers);
    const stream = new SpdyStream(this.#owner, id, Object.freeze({ ...headers }));
    this.#streams.add(stream);
    this.#writer.control(encodeSynStream(id, block));
    return stream;
  }

  /** Round trip in milliseconds. */
  ping(): Promise<number> {
    if (this.#state === "closing" || this.#state === "ended") {
      return Promise.reject(new SpdyConnectionError("CLOSED", "The connection is closed."));
    }
    return this.#pinger.ping();
  }

  /**
   * Resets open streams, with what they still hold for a reader, says GOAWAY, and ends the bytes. Resolves when
   * they are closed, or after a limit.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close(true);
    return this.#closed;
  }

  /**
   * Ends the bytes behind what was written, without a word: a kubelet ends the command of a client that is gone, and
   * keeps it running for one that said GOAWAY or reset its streams (protocol.md 2.5).
   */
  hangUp(): Promise<void> {
    this.#closed ??= this.#close(false);
    return this.#closed;
  }

  /** Drops the connection now. */
  destroy(error?: Error): void {
    const reason =
      error === undefined || error instanceof SpdyConnectionError
        ? error
        : new SpdyConnectionError("CLOSED", error.message, { cause: error });
    this.#dropStreams(reason ?? closedHere());
    this.#end(reason ?? null);
  }

  async #close(inOrder: boolean): Promise<void> {
    if (this.#state === "ended") return;
    this.#state = "closing";
    this.#decoder.stop();
    this.#pinger.stop(closedHere());
    if (!inOrder) this.#writer.stop();
    this.#dropStreams(closedHere());
    // Last: a Go peer reads nothing after it.
    this.#writer.control(encodeGoAway(this.#streams.lastPeerId, GoAwayStatus.Ok));
    this.#writer.stop();
    await new Promise<void>((resolve) => {
      if (this.#bytes.closed) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
      this.#bytes.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      this.#bytes.end();
      // Reads on, to see the peer's end; what still comes is dropped.
      this.#bytes.resume();
    });
    this.#end(null);
  }

  /** The one way out: everything that waits is told, and the bytes are dropped. */
  #end(error: SpdyConnectionError | null): void {
    if (this.#state === "ended") return;
    const goodbye = this.#state === "goodbye";
    this.#state = "ended";
    const reason = error ?? (goodbye ? saidGoodbye() : closedHere());
    this.#decoder.stop();
    this.#writer.stop();
    this.#pinger.stop(reason);
    for (const stream of this.#streams.takeAll()) stream.receiveLoss(reason);
    // What was wrong is told to whoever holds the bytes as well; that they ended, they know.
    this.#bytes.destroy(error === null || error.code === "LOST" ? undefined : error);
    this.#options.onEnd?.(error);
  }

  #dropStreams(error: SpdyConnectionError): void {
    for (const stream of this.#streams.takeAll()) stream.destroy(error);
  }

  #onGoAway(): void {
    if (this.#state !== "open") return;
    this.#state = "goodbye";
    this.#closeIfIdle();
  }

  #onStreamOver(id: number): void {
    this.#streams.delete(id);
    this.#closeIfIdle();
  }

  /** After the peer's GOAWAY both sides wait for the last stream; nothing else will come. */
  #closeIfIdle(): void {
    if (this.#state === "goodbye" && this.#streams.size === 0) void this.close();
  }

  #compress(headers: SpdyHeaders): Buffer {
    return this.#compressor.compress(encodeHeaderBlock(headers));
  }

  readonly #onBytes = (chunk: Buffer): void => {
    this.#pinger.heard();
    this.#decode(() => this.#decoder.push(chunk));
  };

  readonly #onDirectBytes = (chunk: Buffer): void => {
    this.#pinger.heard();
    this.#decode(() => this.#decoder.pushCopying(chunk));
  };

  readonly #onBytesEnd = (): void => {
    this.#finishReading();
    if (this.#state === "goodbye") this.#end(null);
    else if (this.#state === "open") {
      const where = this.#decoder.midFrame ? " in the middle of a frame" : "";
      this.#end(new SpdyConnectionError("LOST", `The connection ended${where}.`));
    }
  };

  readonly #onBytesError = (cause: Error): void => {
    this.#finishReading();
    // A peer that drops the connection on our GOAWAY has only been quick.
    if (this.#state === "closing") this.#end(null);
    else this.#end(new SpdyConnectionError("LOST", `The connection failed: ${cause.message}`, { cause }));
  };

  /** What was held back for a slow reader came before the end: it goes to the streams, then they end. */
  #finishReading(): void {
    this.#decode(() => this.#decoder.flush());
  }

  #decode(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof SpdyConnectionError)) throw error;
      this.#end(error);
    }
  }

  #onGate(shut: boolean): void {
    if (shut) {
      this.#decoder.hold();
      this.#bytes.pause();
      return;
    }
    this.#pinger.heard();
    // Not at once: this runs inside the read() of one stream, and going on calls the readers of others.
    process.nextTick(() => {
      if (this.#gate.shut) return;
      this.#decode(() => this.#decoder.release());
      if (!this.#gate.shut) this.#bytes.resume();
    });
  }
}

function closedHere(): SpdyConnectionError {
  return new SpdyConnectionError("CLOSED", "The connection was closed on this side.");
}

function saidGoodbye(): SpdyConnectionError {
  return new SpdyConnectionError("GOAWAY", "The peer ended the connection.");
}
