/**
 * One forwarded port: a stable thing with an id and a target, while pods, tunnels and connections under it come
 * and go. HTTP requests (preview-proxy.ts), upgrades (preview-upgrade.ts) and local TCP connections
 * (listener.ts) each take a subrequest from it. Next hop: tunnel-pool.ts.
 */
import type { ForwardInfo, ForwardState } from "#protocol/api.ts";
import type { Logger } from "#server/log.ts";
import type { TunnelDialer } from "#server/stream/types.ts";
import { asForwardError, type ForwardError } from "./errors.ts";
import { ForwardListener } from "./listener.ts";
import { PodFinder } from "./pod-finder.ts";
import { PreviewAgent } from "./preview-agent.ts";
import { type OpenHit, RecentHits } from "./recent-hits.ts";
import { RequestGate } from "./request-gate.ts";
import { StallWatch } from "./stall-watch.ts";
import type { SubrequestSocket } from "./subrequest-socket.ts";
import type { ForwardTarget, TargetResolver } from "./target-resolver.ts";
import { TunnelPool } from "./tunnel-pool.ts";

export interface ForwardOptions {
  id: string;
  /** The context's name. */
  cluster: string;
  target: ForwardTarget;
  /** The login session that made it. */
  owner: string;
  dialer: TunnelDialer;
  resolver: Pick<TargetResolver, "resolve">;
  log: Logger;
}

export class Forward {
  readonly id: string;
  readonly cluster: string;
  readonly target: ForwardTarget;
  readonly owner: string;
  readonly createdAt = Date.now();
  /** HTTP to the pod: a keep-alive agent whose sockets are subrequests, and how many may use it. */
  readonly agent: PreviewAgent;
  /** For requests that may not be sent twice: a kept connection may be closing when they are sent. */
  readonly freshAgent: PreviewAgent;
  readonly gate = new RequestGate();
  readonly watch = new StallWatch();
  /** Where the program believes it is: what a browser on its own machine would say. */
  readonly podOrigin: string;
  readonly podHost: string;
  readonly #hits = new RecentHits();
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
    const podUrl = new URL(`http://localhost:${options.target.port}`);
    this.podOrigin = podUrl.origin;
    this.podHost = podUrl.host;
    this.#log = options.log.child({ forward: options.id });
    this.#finder = new PodFinder(options.resolver);
    this.#pool = new TunnelPool({
      namespace: options.target.namespace,
      dialer: options.dialer,
      finder: this.#finder,
      meter: this.#meter,
    });
    this.agent = new PreviewAgent(() => this.subrequest(false), true);
    this.freshAgent = new PreviewAgent(() => this.subrequest(false), false);
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

  beginHit(method: string, url: string): OpenHit {
    return this.#hits.begin(method, url);
  }

  /** The last request was served. */
  succeeded(): void {
    this.#problem = null;
  }

  /** Remembers why the last request was not served, and names it. */
  failed(cause: unknown): ForwardError {
    const error = asForwardError(cause);
    this.#problem = error;
    this.#log.debug({ code: error.code, err: error.message }, "a request through the forward failed");
    return error;
  }

  /** Whether another pod serves now, so that a request which the old one refused is worth repeating. */
  async moved(): Promise<boolean> {
    const moved = await this.#finder.moved(this.#pool.signal);
    if (moved && this.#finder.current) this.#pool.keepOnly(this.#finder.current.uid);
    return moved;
  }

  /** Runs the hook when the forward is removed; the answer takes it back. */
  onClose(hook: () => void): () => void {
    this.#closeHooks.add(hook);
    return () => this.#closeHooks.delete(hook);
  }

  info(url: string | null): ForwardInfo {
    return {
      id: this.id,
      cluster: this.cluster,
      ...this.target,
      url,
      local: this.#listener?.address ?? null,
      state: this.#state(),
      ...(this.#problem ? { problem: this.#problem.message } : {}),
      pod: this.pod,
      tunnels: this.#pool.size,
      connections: this.#pool.load,
      bytesIn: this.#meter.bytesIn,
      bytesOut: this.#meter.bytesOut,
      createdAt: this.createdAt,
      recent: this.#hits.list(),
    };
  }

  /** In this order: nothing new comes in, what is open ends, then the connections under it. */
  async close(): Promise<void> {
    await this.#listener?.close();
    for (const hook of [...this.#closeHooks]) hook();
    this.#closeHooks.clear();
    this.agent.destroy();
    this.freshAgent.destroy();
    this.#pool.close();
  }

  #state(): ForwardState {
    if (this.#pool.connecting && this.#pool.size === 0) return "connecting";
    return this.#problem ? "failing" : "ready";
  }
}
