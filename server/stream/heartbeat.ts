/**
 * Pings on one WebSocket, with a deadline of our own.
 *
 * client-go counts only pongs, so it kills a stream whose local reader was busy for a minute (protocol.md 1.4).
 * Here anything received is a sign of life, and silence is not judged while this side does not read. A peer that
 * still has to take what was sent (an API server with a full stdin pipe answers no ping) gets STALLED_DEADLINE_MS.
 * Upstream nothing is sent while paused either: a ping to a peer that has closed draws a reset, and the reset
 * discards the tail of the output and the exit status with it. Downstream that reset is wanted: it is how a client
 * that left while its input waits is noticed.
 */
import type { WebSocketConnection } from "./websocket-connection";

export interface HeartbeatOptions {
  periodMs: number;
  /** Silence after which the peer is dead; at least two periods. */
  deadlineMs: number;
  /** Whether a side that is not read is pinged all the same. */
  pingWhilePaused: boolean;
}

/** Towards the API server: kubectl's period; twice missed and a margin, well under 45 s. */
export const UPSTREAM_HEARTBEAT: HeartbeatOptions = {
  periodMs: 5_000,
  deadlineMs: 30_000,
  pingWhilePaused: false,
};
/** Towards browsers and kubectl: well under the 60 s of common proxies. */
export const DOWNSTREAM_HEARTBEAT: HeartbeatOptions = {
  periodMs: 15_000,
  deadlineMs: 40_000,
  pingWhilePaused: true,
};

/** What a pty or a pipe takes without anyone reading it: beyond that an unanswered ping may mean a full pipe. */
const UNCONFIRMED_SMALL_BYTES = 4096;
const STALLED_DEADLINE_MS = 300_000;
/** With this much received since the last tick the line needs no ping to stay open. */
const BUSY_BYTES = 64 * 1024;

export class Heartbeat {
  #timer: NodeJS.Timeout;
  #lastHeard = performance.now();
  #pingSentAt: number | null = null;
  #receivedBytes = 0;
  #unconfirmedBytes = 0;
  #paused = false;
  rttMs: number | null = null;

  constructor(
    private readonly connection: Pick<WebSocketConnection, "open" | "ping">,
    private readonly options: HeartbeatOptions,
    private readonly onDead: () => void,
  ) {
    this.#timer = setInterval(() => this.#tick(), options.periodMs);
    this.#timer.unref();
  }

  received(bytes: number): void {
    this.#receivedBytes += bytes;
    this.#lastHeard = performance.now();
  }

  sent(bytes: number): void {
    this.#unconfirmedBytes += bytes;
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#lastHeard = performance.now();
  }

  pong(): void {
    const now = performance.now();
    this.#lastHeard = now;
    this.#unconfirmedBytes = 0;
    if (this.#pingSentAt !== null) this.rttMs = now - this.#pingSentAt;
    this.#pingSentAt = null;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (!this.connection.open) return;
    if (this.#paused) {
      if (this.options.pingWhilePaused) this.connection.ping();
      return;
    }
    const now = performance.now();
    const stalled = this.#unconfirmedBytes > UNCONFIRMED_SMALL_BYTES;
    if (now - this.#lastHeard > (stalled ? STALLED_DEADLINE_MS : this.options.deadlineMs)) {
      this.stop();
      this.onDead();
      return;
    }
    const busy = this.#receivedBytes > BUSY_BYTES;
    this.#receivedBytes = 0;
    if (busy) return;
    this.#pingSentAt ??= now;
    this.connection.ping();
  }
}
