/** What one run of the doctor knows so far: each check reads what earlier ones found and adds its own. */

import { DEFAULT_IDLE_SECONDS } from "#protocol/doctor.ts";
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import { hostOf, portOf } from "#server/kube/connect/server-url.ts";
import type { Cluster, ConnectionFacts } from "#server/kube/types.ts";
import type { ExecDialer, PodTarget, TunnelDialer } from "#server/stream/types.ts";
import type { Intermediary } from "./checks/proxy-signature.ts";
import type { Peer, TlsHandshake } from "./checks/tls-handshake.ts";

/** One answer of the network: a connection, a handshake, a request. */
const STEP_LIMIT_MS = 15_000;

export interface DoctorTarget {
  namespace: string;
  /** Absent: a running pod of the namespace. */
  pod?: string;
  /** Absent: the pod's default container. */
  container?: string;
}

export interface DoctorOptions {
  /** How long the idle streams are watched; 0 leaves that step out. */
  idleSeconds?: number;
  /** Gives the whole run up. */
  signal?: AbortSignal;
  stepLimitMs?: number;
  /** Streams of this kind may be opened from now on: for who gives the run up when the right to them goes. */
  opens?(subresource: StreamSubresource, target: PodTarget): void;
}

/** One of the two ways of a stream that works. */
export interface Wire<Dialer> {
  dialer: Dialer;
  /** For a sentence: "WebSocket" or "SPDY". */
  name: string;
}

export class Examination {
  readonly idleSeconds: number;
  readonly stepLimitMs: number;
  readonly apiServer: Peer;
  /** The forward proxy, when there is one. */
  readonly proxy: Peer | null;
  /** Set by the credential plugin's, token's or certificate's first use. */
  connection: ConnectionFacts | null = null;
  handshake: TlsHandshake | null = null;
  /** Who stands in between, as far as answers give it away. */
  between: Intermediary | null = null;
  version: { text: string; minor: number } | null = null;
  pod: string | undefined;
  container: string | undefined;
  /** A port that the pod declares. */
  declaredPort: number | null = null;
  readonly mayCreate = new Set<StreamSubresource>();
  readonly mayGet = new Set<StreamSubresource>();
  /** Those that work, the better one first. */
  readonly execWires: Wire<ExecDialer>[] = [];
  readonly tunnelWires: Wire<TunnelDialer>[] = [];
  /** Why nothing can be echoed although commands can be run; null when it can. */
  noEcho: string | null = null;

  constructor(
    readonly cluster: Cluster,
    readonly target: DoctorTarget,
    private readonly options: DoctorOptions,
  ) {
    this.idleSeconds = options.idleSeconds ?? DEFAULT_IDLE_SECONDS;
    this.stepLimitMs = options.stepLimitMs ?? STEP_LIMIT_MS;
    this.apiServer = peer(cluster.server, "the API server");
    this.proxy = cluster.proxy ? peer(cluster.proxy.url, "the proxy") : null;
    this.pod = target.pod;
    this.container = target.container;
  }

  /** Where streams go. Only after the pod was found. */
  get place(): PodTarget & { container?: string | undefined } {
    if (this.pod === undefined) throw new TypeError("streams are tried after a pod was found");
    return { namespace: this.target.namespace, pod: this.pod, container: this.container };
  }

  /** The API server said that these streams may be opened. Those of attach never are. */
  mayOpen(subresource: StreamSubresource): void {
    this.mayCreate.add(subresource);
    if (subresource !== "attach" && this.pod !== undefined) this.options.opens?.(subresource, this.place);
  }

  /** Whom this machine itself connects to. */
  get firstHop(): Peer {
    return this.proxy ?? this.apiServer;
  }

  /** The way from here to the API server, for `hop`. */
  get way(): string {
    const middle = [this.proxy?.name, this.between?.name].filter((name) => name !== undefined);
    return ["Porthole", ...middle, "the API server"].join(" → ");
  }

  /** The step of the way on which refusals and cuts happen that are not the API server's own. */
  get betweenName(): string {
    return this.between?.name ?? this.proxy?.name ?? "a proxy or load balancer in between";
  }

  get aborted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  /** Fires when this much time is over or the whole run is given up. */
  limit(ms = this.stepLimitMs): AbortSignal {
    const limit = AbortSignal.timeout(Math.ceil(ms));
    return this.options.signal ? AbortSignal.any([this.options.signal, limit]) : limit;
  }
}

function peer(address: string, what: string): Peer {
  // A context that cannot be used may have no address; its first check says so and no other one runs.
  const url = new URL(URL.canParse(address) ? address : "http://unknown");
  const [host, port] = [hostOf(url), portOf(url)];
  return { url, host, port, name: `${what} ${url.hostname}:${port}` };
}
