/**
 * Pings on one WebSocket, with a deadline of our own.
 *
 * client-go counts only pongs, so it kills a stream whose local reader was busy for a minute (protocol.md 1.4).
 * Here anything received is a sign of life, and silence is not judged while this side does not read. A peer that
 * still has to take what was sent (an API server with a full stdin pipe answers no ping) gets STALLED_DEADLINE_MS.
 * Upstream nothing is sent in a period in which reading was held either: a ping to a peer that has closed draws a
 * reset, and the reset discards the tail of the output and the exit status with it. Downstream that reset is wanted:
 * it is how a client that left while its input waits is noticed. There a pong goes with the ping: the client's own
 * pings wait unread behind its input, and client-go gives up after 61 s without a pong, whoever asked for it.
 */
import type { WebSocketConnection } from "./websocket-connection.ts";

export interface HeartbeatOptions {
  /** Between two pings of a quiet line. */
  periodMs: number;
  /** Silence after which the peer is dead; at least two periods. */
  deadlineMs: number;
  /** Whether a side that is not read is pinged all the same. */
  pingWhilePaused: boolean;
  /**
   * More than this sent and not confirmed may mean that the peer's program does not read: then an unanswered ping
   * proves nothing before STALLED_DEADLINE_MS.
   */
  unconfirmedSmallBytes: number;
}

/** How often the deadline is looked at: with it, a dead peer is noticed within 45 s of its last sign on every leg. */
const LOOK_EVERY_MS = 5_000;
/** What a pty takes without anyone reading it. */
export const TERMINAL_SMALL_BYTES = 4 * 1024;
/** A Linux pipe, and less than a TCP connection takes; a request's head is no sign of a full one. */
const TUNNEL_SMALL_BYTES = 64 * 1024;

/** Towards the API server: kubectl's period; twice missed and a margin, well under 45 s. */
export const UPSTREAM_HEARTBEAT: HeartbeatOptions = {
  periodMs: 5_000,
  deadlineMs: 30_000,
  pingWhilePaused: false,
  unconfirmedSmallBytes: TERMINAL_SMALL_BYTES,
};
/** Towards browsers and kubectl: well under the 60 s of common proxies. */
export const DOWNSTREAM_HEARTBEAT: HeartbeatOptions = {
  periodMs: 15_000,
  deadlineMs: 38_000,
  pingWhilePaused: true,
  unconfirmedSmallBytes: TERMINAL_SMALL_BYTES,
};

/** The same for port-forwards. */
export function ofTunnel(options: HeartbeatOptions): HeartbeatOptions {
  return { ...options, unconfirmedSmallBytes: TUNNEL_SMALL_BYTES };
}

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
  /** Reading was held since the last ping was due. */
  #held = false;
  /** Looks until the next ping. */
  #looksLeft = 0;
  rttMs: number | null = null;

  constructor(
    private readonly connection: Pick<WebSocketConnection, "open" | "ping" | "pong">,
    private readonly options: HeartbeatOptions,
    private readonly onDead: () => void,
  ) {
    this.#timer = setInterval(() => this.#look(), Math.min(LOOK_EVERY_MS, options.periodMs));
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
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#held ||= paused;
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

  #look(): void {
    if (!this.connection.open) return;
    const { periodMs, deadlineMs, pingWhilePaused, unconfirmedSmallBytes } = this.options;
    const stalled = this.#unconfirmedBytes > unconfirmedSmallBytes;
    const silentMs = performance.now() - this.#lastHeard;
    if (!this.#paused && silentMs > (stalled ? STALLED_DEADLINE_MS : deadlineMs)) {
      this.stop();
      this.onDead();
      return;
    }
    this.#looksLeft -= 1;
    if (this.#looksLeft > 0) return;
    this.#looksLeft = Math.max(1, Math.round(periodMs / LOOK_EVERY_MS));
    const busy = this.#receivedBytes > BUSY_BYTES;
    const held = this.#held;
    this.#receivedBytes = 0;
    this.#held = this.#paused;
    if (held ? !pingWhilePaused : busy) return;
    if (this.#paused) this.connection.pong();
    else this.#pingSentAt ??= performance.now();
    this.connection.ping();
  }
}
