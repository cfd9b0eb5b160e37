/**
 * Round-trip times, and the end of a dead peer.
 *
 * Go hands frames to five workers with a queue each, data by its stream and pings in turn; a stream that nobody
 * reads stops its worker, and a full queue stops the reading of all (protocol.md 2.6). So a ping that stays
 * unanswered proves nothing while data may be stuck: pings go on beside it, and reach the other workers. Total
 * silence means a dead peer after `timeoutMs`, unless more is unconfirmed than any path takes without its end
 * reading; then after `stalledTimeoutMs`. Confirmed is what was sent before one ping to each worker was answered.
 */

import { SpdyConnectionError } from "./errors.ts";
import { MAX_ID, PEER_WORKERS } from "./frames/constants.ts";

/** Those to a stopped worker stay; they must not fill its queue of 50 by themselves. */
const MAX_PINGS_IN_FLIGHT = 32;

export interface PingerOptions {
  /** Odd for clients, even for servers; a ping of the other parity is the peer's and must be echoed. */
  firstId: 1 | 2;
  timeoutMs: number;
  /** The same for a peer that may still have to take what was sent. */
  stalledTimeoutMs: number;
  send: (id: number) => void;
  /** True while silence is our own doing: reading is paused, or our bytes do not leave. */
  excused: () => boolean;
  /** True while no ping may go out by itself. */
  muted: () => boolean;
  /** DATA payload given to the bytes below so far. */
  sentBytes: () => number;
  /** What any path takes of it without its end reading. */
  unconfirmedSmallBytes: number;
  onTimeout: (error: SpdyConnectionError) => void;
}

interface Waiter {
  promise: Promise<number>;
  resolve: (rttMs: number) => void;
  reject: (error: SpdyConnectionError) => void;
}

export class Pinger {
  readonly #options: PingerOptions;
  #nextId: number;
  /** When each was sent, oldest first. */
  readonly #inFlight = new Map<number, number>();
  #waiter: Waiter | null = null;
  #watch: NodeJS.Timeout | undefined;
  #period: NodeJS.Timeout | undefined;
  #lastHeardMs = 0;
  #confirmedBytes = 0;
  /** What had been sent before a ping to each worker; null while no such round is under way. */
  #roundBytes: number | null = null;
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
      if (!this.#options.muted()) this.#probe();
    }, periodMs);
    this.#period.unref();
  }

  /** Settles with the next answer. A second call joins the first. */
  ping(): Promise<number> {
    if (this.#waiter !== null) return this.#waiter.promise;
    let resolve: Waiter["resolve"] = () => {};
    let reject: Waiter["reject"] = () => {};
    const promise = new Promise<number>((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    this.#waiter = { promise, resolve, reject };
    this.#probe();
    return promise;
  }

  /** Bytes came, or the time in which silence was excused is over. Called for every chunk. */
  heard(): void {
    this.#lastHeardMs = performance.now();
  }

  receive(id: number): void {
    // A ping of the peer. It echoes ours with ids of our parity, so the two never mix.
    if (id % 2 !== this.#options.firstId % 2) {
      this.#options.send(id);
      return;
    }
    const sentAtMs = this.#inFlight.get(id);
    if (sentAtMs === undefined) return;
    this.#inFlight.delete(id);
    this.#rttMs = performance.now() - sentAtMs;
    if (this.#inFlight.size === 0) {
      clearTimeout(this.#watch);
      this.#confirmedBytes = this.#roundBytes ?? this.#confirmedBytes;
      this.#roundBytes = null;
    }
    const waiter = this.#waiter;
    this.#waiter = null;
    waiter?.resolve(this.#rttMs);
  }

  stop(error: SpdyConnectionError): void {
    clearInterval(this.#period);
    clearTimeout(this.#watch);
    this.#inFlight.clear();
    this.#waiter?.promise.catch(() => {});
    this.#waiter?.reject(error);
    this.#waiter = null;
  }

  #mayBeStuck(): boolean {
    return this.#options.sentBytes() - this.#confirmedBytes > this.#options.unconfirmedSmallBytes;
  }

  #probe(): void {
    if (this.#inFlight.size >= MAX_PINGS_IN_FLIGHT) return;
    let pings = 1;
    if (this.#inFlight.size === 0) {
      this.#watchFor(this.#options.timeoutMs);
      if (this.#mayBeStuck()) {
        this.#roundBytes = this.#options.sentBytes();
        pings = PEER_WORKERS;
      }
    }
    for (; pings > 0; pings -= 1) {
      const id = this.#nextId;
      this.#nextId = id + 2 > MAX_ID ? this.#options.firstId : id + 2;
      this.#inFlight.set(id, performance.now());
      this.#options.send(id);
    }
  }

  #watchFor(ms: number): void {
    this.#watch = setTimeout(() => this.#judge(), ms);
    this.#watch.unref();
  }

  #judge(): void {
    const { timeoutMs, stalledTimeoutMs, excused, onTimeout } = this.#options;
    if (excused()) this.heard();
    const [oldestMs = 0] = this.#inFlight.values();
    const silentMs = performance.now() - Math.max(oldestMs, this.#lastHeardMs);
    const limitMs = this.#mayBeStuck() ? stalledTimeoutMs : timeoutMs;
    // Whole milliseconds: a timer may fire a fraction of one too early.
    const leftMs = Math.ceil(limitMs - silentMs);
    if (leftMs > 0) this.#watchFor(leftMs);
    else
      onTimeout(new SpdyConnectionError("PING_TIMEOUT", `Nothing came back for ${limitMs} ms after a ping.`));
  }
}
