/**
 * The tunnels of one forward: dialled when there is work, shared by many subrequests, closed when idle. SPDY
 * here has no windows, so a slow reader pauses its whole tunnel; the pool therefore keeps new subrequests away
 * from tunnels that are stalled, and from those that may be soon because they carry a large transfer.
 */
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { TunnelDialer } from "#server/stream/types.ts";
import { asForwardError, ForwardError } from "./errors.ts";
import type { PodFinder } from "./pod-finder.ts";
import { SlotQueue } from "./slot-queue.ts";
import type { SubrequestSocket, TrafficMeter } from "./subrequest-socket.ts";
import type { ResolvedTarget } from "./target-resolver.ts";
import { Tunnel } from "./tunnel.ts";

/** One tunnel is one connection at the API server and at the kubelet; more than a few only when 100s are busy. */
const MAX_TUNNELS = 32;
/** The most that suffer together when one reader stalls. A browser opens 6 connections to a host. */
export const MAX_SUBREQUESTS_PER_TUNNEL = 8;
const TUNNEL_IDLE_MS = 60_000;
/** Finding the pod, the handshake and a fallback. */
const DIAL_TIMEOUT_MS = 30_000;
/** A tunnel may die or stall under a subrequest that has not begun; nothing is lost by going to another. */
const OPEN_ATTEMPTS = 4;
/** After which a failure is the pod's and not the tunnel's. */
const NOT_BEGUN = new Set(["TUNNEL", "STALLED", "TIMEOUT"]);

export interface TunnelPoolOptions {
  namespace: string;
  dialer: TunnelDialer;
  finder: PodFinder;
  meter: TrafficMeter;
}

const UNUSED: StreamEnd = { cause: "limit", words: `nothing used it for ${TUNNEL_IDLE_MS / 1000} s` };

export class TunnelPool {
  readonly #options: TunnelPoolOptions;
  readonly #tunnels = new Map<Tunnel, NodeJS.Timeout | null>();
  readonly #slots = new SlotQueue(
    `all ${MAX_TUNNELS} tunnels of this forward are full or wait for a slow reader`,
  );
  readonly #closing = new AbortController();
  /** Tunnels being dialled, and how many subrequests wait for each. */
  readonly #dials = new Set<{ tunnel: Promise<Tunnel>; waiting: number; limit: AbortController }>();

  constructor(options: TunnelPoolOptions) {
    this.#options = options;
    options.finder.onMoved = (uid) => this.keepOnly(uid);
  }

  get size(): number {
    return this.#tunnels.size;
  }

  get connecting(): boolean {
    return this.#dials.size > 0;
  }

  /** Aborts when the forward is removed. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Subrequests open or being opened. */
  get load(): number {
    let load = 0;
    for (const tunnel of this.#tunnels.keys()) load += tunnel.load;
    return load;
  }

  /** @throws ForwardError */
  async open(halfOpen: boolean): Promise<SubrequestSocket> {
    for (let attempt = 1; ; attempt += 1) {
      const { socket } = await this.#begin(halfOpen);
      try {
        return await socket;
      } catch (cause) {
        const error = asForwardError(cause);
        if (!NOT_BEGUN.has(error.code) || attempt === OPEN_ATTEMPTS || this.signal.aborted) throw error;
      }
    }
  }

  /** Tunnels to any other pod take nothing new. */
  keepOnly(uid: string): void {
    for (const tunnel of this.#tunnels.keys()) if (tunnel.uid !== uid) tunnel.retire();
  }

  close(end: StreamEnd): void {
    this.#closing.abort(end);
    for (const { limit } of this.#dials) limit.abort(end);
    for (const tunnel of [...this.#tunnels.keys()]) tunnel.close(end);
    this.#options.finder.rest();
    this.#slots.wakeAll();
  }

  /**
   * Begins on the least loaded tunnel with room; beside a large transfer only when no other tunnel may be dialled.
   * Choosing and taking the place are one step, so that those who wait together do not all take the same one.
   */
  async #begin(halfOpen: boolean): Promise<{ socket: Promise<SubrequestSocket> }> {
    const since = Date.now();
    const on = (tunnel: Tunnel) => ({ socket: tunnel.open(this.#options.meter, halfOpen) });
    for (;;) {
      if (this.signal.aborted) throw removed();
      const best = this.#best();
      if (best && !best.bulk) return on(best);
      if (this.#tunnels.size + this.#dials.size < MAX_TUNNELS || this.#joinable()) {
        try {
          await this.#dial();
        } catch (cause) {
          if (!best?.usable) throw cause;
          return on(best);
        }
      } else if (best) {
        return on(best);
      } else {
        await this.#slots.wait(since);
      }
    }
  }

  #best(): Tunnel | undefined {
    let best: Tunnel | undefined;
    for (const tunnel of this.#tunnels.keys()) {
      if (!tunnel.usable || tunnel.load >= MAX_SUBREQUESTS_PER_TUNNEL) continue;
      if (!best || rank(tunnel) < rank(best)) best = tunnel;
    }
    return best;
  }

  /** Those who need a tunnel at the same time wait for the same one, as many as it will carry. */
  #dial(): Promise<Tunnel> {
    let dial = this.#joinable();
    if (!dial) {
      const limit = new AbortController();
      const started = { tunnel: this.#dialWithin(limit), waiting: 0, limit };
      const over = () => {
        this.#dials.delete(started);
        this.#rest();
      };
      started.tunnel.finally(over).catch(() => {});
      this.#dials.add(started);
      dial = started;
    }
    dial.waiting += 1;
    return dial.tunnel;
  }

  #joinable() {
    return [...this.#dials].find(({ waiting }) => waiting < MAX_SUBREQUESTS_PER_TUNNEL);
  }

  async #dialWithin(limit: AbortController): Promise<Tunnel> {
    const words = `no tunnel to the pod within ${DIAL_TIMEOUT_MS / 1000} s`;
    const late: StreamEnd = { cause: "unreachable", words };
    const timer = setTimeout(() => limit.abort(late), DIAL_TIMEOUT_MS);
    try {
      return await this.#dialOnce(limit.signal);
    } catch (cause) {
      if (this.signal.aborted) throw removed(cause);
      if (!limit.signal.aborted) throw asForwardError(cause);
      throw new ForwardError("TIMEOUT", words, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  async #dialOnce(signal: AbortSignal): Promise<Tunnel> {
    const { namespace, dialer, finder } = this.#options;
    const dial = ({ pod }: ResolvedTarget) => dialer.dialTunnel({ namespace, pod }, signal);
    let target = await finder.find(signal);
    const connection = await dial(target).catch(async (cause) => {
      // Who may not is told so: another pod would not change it.
      if (asForwardError(cause).code === "FORBIDDEN" || !finder.doubt()) throw cause;
      const asked = await finder.find(signal);
      if (asked.uid === target.uid) throw cause;
      target = asked;
      return dial(target);
    });
    if (this.signal.aborted) {
      connection.bytes.destroy();
      throw removed();
    }
    const tunnel: Tunnel = new Tunnel(connection, target, {
      released: () => this.#released(tunnel),
      ended: () => this.#remove(tunnel),
    });
    this.#tunnels.set(tunnel, null);
    this.#released(tunnel);
    this.keepOnly(target.uid);
    return tunnel;
  }

  #released(tunnel: Tunnel): void {
    this.#slots.wakeOne();
    const timer = this.#tunnels.get(tunnel);
    if (timer === undefined || tunnel.load > 0) return;
    clearTimeout(timer ?? undefined);
    const close = () => tunnel.load === 0 && tunnel.close(UNUSED);
    this.#tunnels.set(tunnel, setTimeout(close, TUNNEL_IDLE_MS).unref());
  }

  #remove(tunnel: Tunnel): void {
    clearTimeout(this.#tunnels.get(tunnel) ?? undefined);
    this.#tunnels.delete(tunnel);
    this.#slots.wakeAll();
    this.#rest();
  }

  /** Nobody uses the forward: nothing is kept open for it, the watch of its pods neither. */
  #rest(): void {
    if (this.#tunnels.size === 0 && this.#dials.size === 0) this.#options.finder.rest();
  }
}

function removed(cause?: unknown): ForwardError {
  return new ForwardError("CLOSED", "the forward was removed", { cause });
}

/** Lower is better. */
function rank(tunnel: Tunnel): number {
  return tunnel.load + (tunnel.bulk ? MAX_SUBREQUESTS_PER_TUNNEL : 0);
}
