/**
 * SPDY streams dressed as a ChannelSocket: the stream translator of KEP-4006, for both directions of translation
 * (k8s.io/apiserver pkg/util/proxy/streamtranslator.go does one of them). Payload is copied once, towards SPDY.
 *
 * Client role: we asked an API server; its stdout, stderr and error streams become frames.
 * Server role: a client asked us; its stdin and resize streams become frames.
 */
import { Channel } from "#protocol/channel.ts";
import { CloseCode, closeCodeOf, ReceivedCode } from "#protocol/close-code.ts";
import { failureStatus } from "#protocol/status.ts";
import { StatusCollector } from "#protocol/status-collector.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import { encodeText } from "#protocol/text.ts";
import type { SpdyConnection } from "#server/spdy/connection.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import { brokeBound, endOf } from "../stream-end.ts";
import type { ChannelSocket, ChannelSocketEvents, SocketEnd } from "../types.ts";
import { AFTER_CLOSE_READ_BYTES, CLOSE_LINGER_MS } from "../websocket/websocket-limits.ts";
import { errorStreamFromStatus, statusFromErrorStream } from "./error-stream.ts";

/** Both ends have all they need; a peer that does not hang up by itself is hung up on. */
const HANG_UP_AFTER_MS = 5_000;

const NOTHING = new Uint8Array(0);
const CLOSE_STDIN = Uint8Array.of(Channel.Stdin);

/** One stream for each thing that was asked for, by its `streamtype`. */
export interface ExecStreams {
  error: SpdyStream;
  stdin?: SpdyStream;
  stdout?: SpdyStream;
  stderr?: SpdyStream;
  resize?: SpdyStream;
}

const CHANNEL_OF = {
  stdin: Channel.Stdin,
  stdout: Channel.Stdout,
  stderr: Channel.Stderr,
  error: Channel.Error,
  resize: Channel.Resize,
} as const;

type StreamType = keyof ExecStreams;

export class SpdyChannelSocket implements ChannelSocket {
  readonly transport = "spdy";
  readonly #inbound: SpdyStream[] = [];
  readonly #outbound = new Map<number, SpdyStream>();
  readonly #status = new StatusCollector();
  #open: number;
  #events: ChannelSocketEvents | null = null;
  #congested = false;
  #closing = false;
  #ended = false;
  /** Came behind our close. */
  #lateBytes = 0;
  #lost: StreamEnd | null = null;

  /** @param subprotocol v4.channel.k8s.io down to channel.k8s.io, as negotiated */
  constructor(
    private readonly connection: SpdyConnection,
    private readonly streams: ExecStreams,
    private readonly role: "client" | "server",
    readonly subprotocol: string,
  ) {
    const reads: StreamType[] = role === "client" ? ["stdout", "stderr", "error"] : ["stdin", "resize"];
    for (const type of Object.keys(CHANNEL_OF) as StreamType[]) {
      const stream = streams[type];
      if (!stream) continue;
      if (reads.includes(type)) this.#inbound.push(stream);
      else this.#outbound.set(CHANNEL_OF[type], stream);
    }
    this.#open = this.#inbound.length;
  }

  get rttMs(): number | null {
    return this.connection.rttMs;
  }

  get queuedBytes(): number {
    let queued = 0;
    for (const stream of this.#outbound.values()) queued += stream.writableLength;
    return queued;
  }

  listen(events: ChannelSocketEvents): void {
    this.#events = events;
    for (const [channel, stream] of this.#outbound) {
      stream.on("drain", () => this.#drained());
      // A reset stdin only means that nobody reads it any more; the command goes on.
      if (channel !== Channel.Stdin) stream.on("error", () => {});
    }
    for (const type of Object.keys(CHANNEL_OF) as StreamType[]) {
      const stream = this.streams[type];
      if (!stream || !this.#inbound.includes(stream)) continue;
      const channel = CHANNEL_OF[type];
      const take = (piece: Buffer) => this.#data(channel, piece);
      stream.on("data", take);
      stream.takeReads(take);
      // Runtimes end streams with FIN, RST or the connection's end: all are the end (protocol.md 2.5).
      let over = false;
      const end = () => {
        if (!over) this.#streamOver(channel);
        over = true;
      };
      stream.once("end", end);
      stream.once("close", end);
    }
    // As on a WebSocket: an API server begins with the bare byte of its lowest channel (protocol.md 1.2).
    if (this.role === "client") events.frame(this.#lowestOutput, NOTHING);
  }

  send(channel: number, payload: Uint8Array): boolean {
    if (this.#closing || this.#ended) return true;
    if (channel === Channel.Close) {
      this.#outbound.get(payload[0]!)?.end();
      return true;
    }
    const stream = this.#outbound.get(channel);
    if (!stream || payload.byteLength === 0) return !this.#congested;
    const out = channel === Channel.Error ? errorStreamFromStatus(this.subprotocol, payload) : payload;
    if (out.byteLength > 0 && stream.writable && !stream.write(Buffer.from(out))) this.#congested = true;
    return !this.#congested;
  }

  pause(): void {
    for (const stream of this.#inbound) stream.pause();
  }

  resume(): void {
    if (this.#lateBytes > AFTER_CLOSE_READ_BYTES) return;
    for (const stream of this.#inbound) stream.resume();
  }

  close(end: StreamEnd): void {
    if (this.#closing) return;
    this.#closing = true;
    this.resume();
    if (this.role === "client") {
      void this.connection.hangUp();
      return;
    }
    // FIN on each, after what was written; the client hangs up when it has read them (GOAWAY would cut it short).
    if (closeCodeOf(end.cause) !== CloseCode.Normal)
      this.#outbound.get(Channel.Error)?.write(errorText(this.subprotocol, end.words));
    for (const stream of this.#outbound.values()) stream.end();
    const timer = setInterval(() => {
      // A slow reader still takes output; its time begins when everything has left.
      if (this.queuedBytes > 0) return;
      clearInterval(timer);
      void this.connection.close();
    }, HANG_UP_AFTER_MS);
    timer.unref();
    if (brokeBound(end)) setTimeout(() => this.terminate(), CLOSE_LINGER_MS).unref();
  }

  terminate(): void {
    this.#closing = true;
    this.connection.destroy();
  }

  /** For whoever made the connection: it is gone. */
  connectionEnded(error: Error | null): void {
    this.#lost = error && endOf(error);
    if (this.role === "server") {
      this.#finish(
        this.#lost
          ? { ...this.#lost, code: ReceivedCode.Abnormal }
          : { cause: "closed", words: "the client hung up", code: CloseCode.Normal },
      );
    }
  }

  get #lowestOutput(): number {
    if (this.streams.stdout) return Channel.Stdout;
    return this.streams.stderr ? Channel.Stderr : Channel.Error;
  }

  #data(channel: number, piece: Buffer): void {
    if (channel === Channel.Error) {
      this.#status.push(piece);
      return;
    }
    if (!this.#closing) {
      this.#events?.frame(channel, piece);
      return;
    }
    // As behind a WebSocket's close frame.
    this.#lateBytes += piece.byteLength;
    if (this.role === "server" && this.#lateBytes > AFTER_CLOSE_READ_BYTES) this.pause();
  }

  #drained(): void {
    if (!this.#congested) return;
    for (const stream of this.#outbound.values()) if (stream.writableNeedDrain) return;
    this.#congested = false;
    this.#events?.drain();
  }

  #streamOver(channel: number): void {
    this.#open -= 1;
    if (this.role === "server") {
      if (channel === Channel.Stdin && !this.#ended) this.#events?.frame(Channel.Close, CLOSE_STDIN);
      return;
    }
    if (this.#open > 0) return;
    const status = statusFromErrorStream(this.subprotocol, this.#status.bytes, this.#lost !== null);
    if (status) this.#events?.frame(Channel.Error, status);
    void this.connection.close();
    // Streams that end on a connection that holds were ended by the server.
    const words = status ? "the command is over" : "the streams ended without a status";
    this.#finish(
      this.#lost && !status
        ? { ...this.#lost, code: ReceivedCode.Abnormal }
        : { cause: "closed", words, code: CloseCode.Normal },
    );
  }

  #finish(end: SocketEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events?.end(end);
  }
}

function errorText(version: string, reason: string): Uint8Array {
  const status = failureStatus(500, "InternalError", reason);
  return errorStreamFromStatus(version, encodeText(JSON.stringify(status)));
}
