/**
 * One forwarded port: a stable thing with an id and a target, while pods, tunnels and connections under it come
 * and go. Local TCP connections (listener.ts) and what previews send (preview/) each take a subrequest from it.
 * Next hop: tunnel-pool.ts.
 */

import type { ForwardInfo, ForwardState } from "#protocol/api.ts";
import type { StreamEnd } from "#protocol/stream-end.ts";
import type { Logger } from "#server/log.ts";
import type { TunnelDialer } from "#server/stream/types.ts";
import { asForwardError, type ForwardError } from "./errors.ts";
import { ForwardListener } from "./listener.ts";
import { PodFinder, type TargetSource } from "./pod-finder.ts";
import type { SubrequestSocket } from "./subrequest-socket.ts";
import type { ForwardTarget } from "./target-resolver.ts";
import { TunnelPool } from "./tunnel-pool.ts";

export interface ForwardOptions {
  id: string;
  /** The context's name. */
  cluster: string;
  target: ForwardTarget;
  /** The login session that made it. */
  owner: string;
  dialer: TunnelDialer;
  resolver: TargetSource;
  log: Logger;
}

/** What a forward knows of itself; where it opens in a browser, and what came through that, the preview adds. */
export type ForwardStatus = Omit<ForwardInfo, "url" | "recent">;

export class Forward {
  readonly id: string;
  readonly cluster: string;
  readonly target: ForwardTarget;
  readonly owner: string;
  readonly createdAt = Date.now();
  readonly #meter = { bytesIn: 0, bytesOut: 0 };
  readonly #finder: PodFinder;
  readonly #pool: TunnelPool;
  readonly #log: Logger;
  readonly #closeHooks = new Set<() => void>();
  #listener: ForwardListener | null = null;
  #problem: ForwardError | null = null;

  constructor(options: ForwardOptions) {
    this.id = options.id;
    this.cluster = options.cluster;
    this.target = options.target;
    this.owner = options.owner;
    this.#log = options.log.child({ forward: options.id });
    this.#finder = new PodFinder(options.resolver);
    this.#pool = new TunnelPool({
      namespace: options.target.namespace,
      dialer: options.dialer,
      finder: this.#finder,
      meter: this.#meter,
    });
  }

  get closed(): boolean {
    return this.#pool.signal.aborted;
  }

  /** The pod that serves now, or null before the first tunnel. */
  get pod(): string | null {
    return this.#finder.current?.pod ?? null;
  }

  /** The port in the pod, which a service may map to another than was asked for. */
  get podPort(): number {
    return this.#finder.current?.port ?? this.target.port;
  }

  /**
   * One connection to the port.
   * @param halfOpen whether each direction ends by itself, as in TCP
   * @throws ForwardError
   */
  async subrequest(halfOpen: boolean): Promise<SubrequestSocket> {
    try {
      return await this.#pool.open(halfOpen);
    } catch (cause) {
      throw this.failed(cause);
    }
  }

  /** Opens a TCP port on 127.0.0.1 that leads to the pod's. */
  async listen(): Promise<void> {
    this.#listener = await ForwardListener.open(this, this.#log);
  }

  /** The local port goes, and connections through it go on. */
  stopListening(): void {
    this.#listener?.stop();
  }

  /** The last connection was served. */
  succeeded(): void {
    this.#problem = null;
  }

  /** Remembers why the last connection was not served, and names it. */
  failed(cause: unknown): ForwardError {
    const error = asForwardError(cause);
    this.#problem = error;
    this.#log.debug({ code: error.code, err: error.message }, "a connection through the forward failed");
    return error;
  }

  /** Who serves now, for moved(); null before the first tunnel. */
  get servedBy(): string | null {
    return this.#finder.current?.uid ?? null;
  }

  /**
   * Whether another pod serves now, so that a request which the old one refused is worth repeating.
   * @param servedBy when the request was sent
   */
  async moved(servedBy: string | null): Promise<boolean> {
    const moved = await this.#finder.moved(servedBy, this.#pool.signal);
    if (moved && this.#finder.current) this.#pool.keepOnly(this.#finder.current.uid);
    return moved;
  }

  /** Runs the hook when the forward is removed; the answer takes it back. */
  onClose(hook: () => void): () => void {
    this.#closeHooks.add(hook);
    return () => this.#closeHooks.delete(hook);
  }

  status(): ForwardStatus {
    return {
      id: this.id,
      cluster: this.cluster,
      ...this.target,
      local: this.#listener?.address ?? null,
      state: this.#state(),
      ...(this.#problem ? { problem: this.#problem.message } : {}),
      pod: this.pod,
      tunnels: this.#pool.size,
      connections: this.#pool.load,
      bytesIn: this.#meter.bytesIn,
      bytesOut: this.#meter.bytesOut,
      createdAt: this.createdAt,
    };
  }

  /** In this order: nothing new comes in, what is open ends, then the connections under it. */
  async close(end: StreamEnd): Promise<void> {
    await this.#listener?.close();
    for (const hook of [...this.#closeHooks]) hook();
    this.#closeHooks.clear();
    this.#pool.close(end);
  }

  #state(): ForwardState {
    if (this.#pool.connecting && this.#pool.size === 0) return "connecting";
    return this.#problem ? "failing" : "ready";
  }
}
