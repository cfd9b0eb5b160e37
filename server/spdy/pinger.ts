/**
 * Round-trip times, and the end of a dead peer. One ping is measured at a time. Go answers pings behind the
 * data it has queued, so silence alone counts: any byte from the peer, and any time in which we did not read
 * or could not write, starts the wait anew.
 *
 * A peer that has yet to hand on what we sent (a command that does not read its input) answers behind it, so it gets
 * STALLED_TIMEOUT_MS.
 *
 * A peer that is not read may have said everything and closed. A ping would draw a reset from it, and the reset discards
 * the output and the exit status that still wait in its kernel. So a client sends none in a period in which it held
 * its reading. A server does: the reset is how it notices a client that left while its input waits.
 */
import { MAX_ID } from "./constants";
import { SpdyConnectionError } from "./errors";

/** What a pty or a pipe takes without anyone reading it: beyond that an unanswered ping may mean a full pipe. */
const UNCONFIRMED_SMALL_BYTES = 4096;
const STALLED_TIMEOUT_MS = 300_000;
/**
 * A Go peer deals what comes out to five queues (moby/spdystream FRAME_WORKERS). A ping that lies in the one whose stream
 * nobody reads is not answered, and five in a row reach all of them.
 */
const PROBES = 5;

export interface PingerOptions {
  /** Odd for clients, even for servers; a ping of the other parity is the peer's and must be echoed. */
  firstId: 1 | 2;
  timeoutMs: number;
  send: (id: number) => void;
  /** True while silence is our own doing: reading is paused, or our bytes do not leave. */
  excused: () => boolean;
  /** True while reading is paused, for whoever then sends no pings. */
  holding: () => boolean;
  onTimeout: (error: SpdyConnectionError) => void;
}

interface Flight {
  id: number;
  sentAtMs: number;
  /** DATA sent before it: its answer confirms them. */
  behindBytes: number;
  promise: Promise<number>;
  resolve: (rttMs: number) => void;
  reject: (error: SpdyConnectionError) => void;
}

export class Pinger {
  readonly #options: PingerOptions;
  #nextId: number;
  #flight: Flight | null = null;
  #timeout: NodeJS.Timeout | undefined;
  #period: NodeJS.Timeout | undefined;
  /** True once the peer was heard, or excused, since the wait began. */
  #heard = false;
  /** DATA sent that no answer has confirmed yet. */
  #unconfirmedBytes = 0;
  /** True once reading was paused since the last period. */
  #held = false;
  #rttMs: number | null = null;

  constructor(options: PingerOptions) {
    this.#options = options;
    this.#nextId = options.firstId;
  }

  get rttMs(): number | null {
    return this.#rttMs;
  }

  every(periodMs: number): void {
    this.#period = setInterval(() => {
      const held = this.#held;
      this.#held = this.#options.holding();
      if (!held && !this.#held) void this.ping().catch(() => {});
    }, periodMs);
    this.#period.unref();
  }

  /** A second call joins the ping that is in flight. */
  ping(): Promise<number> {
    if (this.#flight === null) {
      const id = this.#takeId();
      let resolve: Flight["resolve"] = () => {};
      let reject: Flight["reject"] = () => {};
      const promise = new Promise<number>((onResolve, onReject) => {
        resolve = onResolve;
        reject = onReject;
      });
      const behindBytes = this.#unconfirmedBytes;
      this.#flight = { id, sentAtMs: performance.now(), behindBytes, promise, resolve, reject };
      this.#wait();
      this.#options.send(id);
      return promise;
    }
    return this.#flight.promise;
  }

  /** Bytes came. Called for every chunk, so it only notes the fact. */
  heard(): void {
    this.#heard = true;
  }

  /** DATA was sent. */
  sent(bytes: number): void {
    this.#unconfirmedBytes += bytes;
  }

  /** Reading was paused. */
  held(): void {
    this.#held = true;
  }

  receive(id: number): void {
    // A ping of the peer. It echoes ours with ids of our parity, so the two never mix.
    if (id % 2 !== this.#options.firstId % 2) {
      this.#options.send(id);
      return;
    }
    const flight = this.#flight;
    if (flight?.id !== id) return;
    this.#flight = null;
    this.#unconfirmedBytes -= flight.behindBytes;
    clearTimeout(this.#timeout);
    this.#rttMs = performance.now() - flight.sentAtMs;
    flight.resolve(this.#rttMs);
  }

  stop(error: SpdyConnectionError): void {
    clearInterval(this.#period);
    clearTimeout(this.#timeout);
    this.#flight?.promise.catch(() => {});
    this.#flight?.reject(error);
    this.#flight = null;
  }

  #wait(): void {
    this.#waitHalf(() => {
      for (let probe = 0; probe < PROBES; probe++) this.#options.send(this.#takeId());
      this.#waitHalf(() => this.#giveUp());
    });
  }

  /** Calls back when the peer has been silent for half of the timeout, without an excuse. */
  #waitHalf(onSilence: () => void): void {
    this.#heard = false;
    this.#timeout = setTimeout(() => {
      if (this.#heard || this.#options.excused() || this.#mayBeStalled()) this.#wait();
      else onSilence();
    }, this.#options.timeoutMs / 2);
    this.#timeout.unref();
  }

  #giveUp(): void {
    const { timeoutMs, onTimeout } = this.#options;
    onTimeout(new SpdyConnectionError("PING_TIMEOUT", `Nothing came back for ${timeoutMs} ms after a ping.`));
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id + 2 > MAX_ID ? this.#options.firstId : id + 2;
    return id;
  }

  #mayBeStalled(): boolean {
    if (this.#unconfirmedBytes <= UNCONFIRMED_SMALL_BYTES || this.#flight === null) return false;
    return performance.now() - this.#flight.sentAtMs < STALLED_TIMEOUT_MS;
  }
}
