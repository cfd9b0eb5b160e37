/**
 * One subrequest as a socket: what net.Socket is to a TCP connection, this is to a stream pair in a tunnel.
 * http.Agent, the upgrade splice and the local listener all take it. Next hop: the data stream, spdy/stream.ts.
 */
import { Duplex } from "node:stream";
import { type DirectReader, DirectReads } from "#server/spdy/direct-reads.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import type { SubrequestPair } from "#server/stream/portforward/subrequest-pair.ts";
import { endOf, RESET_WORDS } from "#server/stream/stream-end.ts";
import { ForwardError, podError } from "./errors.ts";

/** After the data stream ended: how long the error stream may take to say why. */
const ERROR_TEXT_WAIT_MS = 2_000;
/** Waits in memory for a slow reader before the data stream, and then the tunnel, is paused. */
const BUFFER_BYTES = 64 * 1024;
/**
 * What node:http lets an answer on such a socket keep while it is paused, which it takes from the property of the socket:
 * in pieces of one byte the buffer's size would be 13 MB (threats.md A27).
 */
const PAUSED_ANSWER_BYTES = 1_024;
/** A transfer past this, either way, may meet a slow reader and stall its tunnel: nothing new is put beside it. */
const BULK_BYTES = 256 * 1024;
/** A pause after which the count begins anew, so that a chatty WebSocket never becomes a large transfer. */
const BURST_GAP_MS = 1_000;

/** A forward's bytes: in is from the pod to the person, out is to the pod. */
export interface TrafficMeter {
  bytesIn: number;
  bytesOut: number;
}

/** What a socket tells of the tunnel that carries it. */
export interface SubrequestCarrier {
  readonly pod: string;
  readonly port: number;
  /** Nothing is read from the tunnel at the moment because one of its readers is slow. */
  readonly stalled: boolean;
  /** New work may be put on it. */
  readonly usable: boolean;
  /** It carries a large transfer, which stalls it when the reader is slow. */
  readonly bulk: boolean;
  /** A transfer became large (+1), or is over (-1). */
  countBulk(change: 1 | -1): void;
}

export interface SubrequestParts {
  carrier: SubrequestCarrier;
  pair: SubrequestPair;
  /** The pair's, open. */
  data: SpdyStream;
  meter: TrafficMeter;
  /**
   * True keeps the way to the pod open after the pod's own end, as between two TCP sockets. False ends both,
   * as kubectl does, and is what HTTP wants.
   */
  halfOpen: boolean;
}

/** Emits, beside what every Duplex emits, 'heard' when the first byte of the pod has come. */
export class SubrequestSocket extends Duplex {
  /** As net.Socket has it; http.Agent compares it. */
  timeout = 0;
  readonly carrier: SubrequestCarrier;
  readonly #parts: SubrequestParts;
  readonly #direct = new DirectReads(this);
  #idle = false;
  #heard = false;
  /** Both ways, without a pause. */
  #burstBytes = 0;
  #movedAt = 0;
  #bulk = false;
  #timer: NodeJS.Timeout | undefined;
  /** Why it ends, once the reader has taken what came before. */
  #failure: ForwardError | null = null;

  constructor(parts: SubrequestParts) {
    super({ allowHalfOpen: parts.halfOpen, highWaterMark: BUFFER_BYTES });
    Object.defineProperty(this, "readableHighWaterMark", { value: PAUSED_ANSWER_BYTES });
    this.carrier = parts.carrier;
    this.#parts = parts;
    // Whoever holds the socket listens too; without this an error between two holders would end the process.
    this.on("error", () => {});
    const { data } = parts;
    const received = (chunk: Buffer) => this.#received(chunk);
    data.on("data", received);
    data.takeReads(received);
    data.once("end", () => void this.#podEnded());
    data.once("error", (error) => this.#lost(error));
    data.once("close", () => this.#lost());
    data.pause();
  }

  /** See spdy/direct-reads.ts. */
  takeReads(reader: DirectReader): void {
    this.#direct.take(reader);
  }

  /** The program in the pod has sent something. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Free in a keep-alive pool: any byte or end now is the pod's wish to be rid of it. */
  markIdle(): void {
    this.#idle = true;
    this.#timer?.refresh();
    this.#endBurst();
  }

  markBusy(): void {
    this.#idle = false;
  }

  #received(chunk: Buffer): void {
    if (this.#idle) {
      // A second answer to a finished request would be taken for the answer to the next one.
      this.destroy();
      return;
    }
    if (!this.#heard) {
      this.#heard = true;
      this.emit("heard");
    }
    this.#parts.meter.bytesIn += chunk.byteLength;
    this.#moved(chunk.byteLength);
    if (!this.#direct.offer(chunk) && !this.push(Buffer.from(chunk))) this.#parts.data.pause();
  }

  #moved(bytes: number): void {
    this.#timer?.refresh();
    const now = Date.now();
    if (now - this.#movedAt > BURST_GAP_MS) this.#endBurst();
    this.#movedAt = now;
    this.#burstBytes += bytes;
    if (this.#bulk || this.#burstBytes <= BULK_BYTES) return;
    this.#bulk = true;
    this.carrier.countBulk(1);
  }

  #endBurst(): void {
    this.#burstBytes = 0;
    if (!this.#bulk) return;
    this.#bulk = false;
    this.carrier.countBulk(-1);
  }

  async #podEnded(): Promise<void> {
    if (this.#idle) {
      this.destroy();
      return;
    }
    const { pair, data, halfOpen } = this.#parts;
    if (halfOpen && data.resetStatus === null && pair.outcome === "ended") {
      this.push(null);
      await pair.errorText.ended;
    } else {
      // Before waiting for the error stream: the pod's side may end it only when the data stream is over.
      data.reset();
      await pair.errorText.endedWithin(ERROR_TEXT_WAIT_MS);
      if (pair.outcome === "ended") this.push(null);
    }
    this.#finish(pair);
  }

  /** The pod's side is through with the subrequest. */
  #finish({ outcome, errorText }: SubrequestPair): void {
    if (outcome !== "ended") {
      // A program that answers and then drops the connection has answered all the same: its bytes go first.
      this.#failure = outcome === "cut" ? this.#wasCut() : podError(errorText.text);
      if (this.readableLength === 0) this.destroy(this.#failure);
    } else if (this.readableEnded) this.destroy();
    else this.once("end", () => this.destroy());
  }

  #wasCut(): ForwardError {
    return new ForwardError(this.#heard ? "POD" : "NO_ANSWER", RESET_WORDS);
  }

  #lost(cause?: unknown): void {
    const { data } = this.#parts;
    if (this.destroyed || data.readableEnded) return;
    const words = cause instanceof Error ? endOf(cause).words : "its stream was closed";
    this.destroy(new ForwardError("TUNNEL", `the tunnel to the pod was lost: ${words}`, { cause }));
  }

  override _read(): void {
    this.#parts.data.resume();
  }

  override read(size?: number): Buffer | null {
    const chunk: Buffer | null = super.read(size);
    const failure = this.#failure;
    // Not at once: the chunk in hand would be dropped with the rest.
    if (failure && this.readableLength === 0) process.nextTick(() => this.destroy(failure));
    return chunk;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const { data, meter } = this.#parts;
    meter.bytesOut += chunk.byteLength;
    this.#moved(chunk.byteLength);
    // The pod's side is gone; as on a closed TCP connection, what is still sent goes nowhere.
    if (data.destroyed || data.writableEnded) done();
    else data.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    const { data } = this.#parts;
    if (data.destroyed || data.writableEnded) done();
    else data.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#endBurst();
    // Nothing may stay behind in the tunnel, whoever gave up: RST both, unless they have ended by themselves.
    this.#parts.pair.reset();
    done(error);
  }

  /** net.Socket's: sends what was written, then closes. */
  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else {
      this.once("finish", () => this.destroy());
      this.end();
    }
  }

  /** net.Socket's: emits 'timeout' after so long without a byte, and does nothing else. */
  setTimeout(limitMs: number, listener?: () => void): this {
    clearTimeout(this.#timer);
    this.timeout = limitMs;
    this.#timer = limitMs > 0 ? setTimeout(() => this.emit("timeout"), limitMs).unref() : undefined;
    if (listener && limitMs > 0) this.once("timeout", listener);
    else if (listener) this.removeListener("timeout", listener);
    return this;
  }

  /** These four belong to TCP. http.Agent calls them on every socket it keeps. */
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
