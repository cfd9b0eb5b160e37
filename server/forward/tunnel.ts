/**
 * One upgraded connection to a pod and the subrequests in it, each a pair of SPDY streams. Unlike kubectl, which
 * drops the connection when one subrequest fails, only that subrequest fails here.
 * Next hops: stream/portforward/subrequest-pair.ts and spdy/connection.ts.
 */
import type { StreamEnd } from "#protocol/stream-end.ts";
import { SpdyConnection } from "#server/spdy/connection.ts";
import { SpdyStreamError } from "#server/spdy/errors.ts";
import type { SpdyStream } from "#server/spdy/stream.ts";
import { SubrequestPair } from "#server/stream/portforward/subrequest-pair.ts";
import { endOf } from "#server/stream/stream-end.ts";
import type { TunnelConnection } from "#server/stream/types.ts";
import { takeDirectReads } from "#server/stream/websocket/tunneling-connection.ts";
import { ForwardError, podError } from "./errors.ts";
import { type SubrequestCarrier, SubrequestSocket, type TrafficMeter } from "./subrequest-socket.ts";
import type { ResolvedTarget } from "./target-resolver.ts";

/** kubectl's period inside a tunnel. kubectl has no limit for the answer and hangs; spdy/pinger.ts has. */
const PING_PERIOD_MS = 10_000;
/** The pod's runtime replies before it connects to anything, so this is generous. kubectl waits 30 s. */
const STREAM_REPLY_TIMEOUT_MS = 10_000;
/** How often a subrequest that waits for a reply looks whether the tunnel stands still. */
const STALL_CHECK_MS = 100;

export interface TunnelEvents {
  /** A subrequest ended: there is room. */
  released(): void;
  /** Once, whoever ended it. */
  ended(): void;
}

export class Tunnel implements SubrequestCarrier {
  readonly pod: string;
  readonly uid: string;
  readonly port: number;
  readonly subprotocol: string;
  readonly #connection: SpdyConnection;
  readonly #events: TunnelEvents;
  readonly #noteEnd: TunnelConnection["noteEnd"];
  readonly #sockets = new Set<SubrequestSocket>();
  #opening = 0;
  #bulkTransfers = 0;
  #nextRequestId = 0;
  #retired = false;
  #ended = false;

  constructor(connection: TunnelConnection, target: ResolvedTarget, events: TunnelEvents) {
    this.pod = target.pod;
    this.uid = target.uid;
    this.port = target.port;
    this.subprotocol = connection.subprotocol;
    this.#events = events;
    this.#noteEnd = connection.noteEnd;
    this.#connection = new SpdyConnection(connection.bytes, {
      role: "client",
      pingPeriodMs: PING_PERIOD_MS,
      replyTimeoutMs: STREAM_REPLY_TIMEOUT_MS,
      takeReads: (reader) => takeDirectReads(connection.bytes, reader),
      onEnd: (cause) => this.#end(cause),
    });
  }

  /** Subrequests open or being opened. */
  get load(): number {
    return this.#sockets.size + this.#opening;
  }

  get stalled(): boolean {
    return this.#connection.stalled;
  }

  get usable(): boolean {
    return !this.#ended && !this.#retired && !this.stalled;
  }

  /** An upload that trickles into a full pipe is no burst any more, and stands in the way all the same. */
  get bulk(): boolean {
    return this.#bulkTransfers > 0 || this.#connection.blocked;
  }

  countBulk(change: 1 | -1): void {
    this.#bulkTransfers += change;
  }

  /** Takes no new subrequests and closes after its last one. */
  retire(): void {
    this.#retired = true;
    if (this.load === 0) this.close();
  }

  /** @throws ForwardError: TUNNEL and TIMEOUT mean that the pod's program has seen nothing of it */
  async open(meter: TrafficMeter, halfOpen: boolean): Promise<SubrequestSocket> {
    this.#opening += 1;
    try {
      return await this.#openPair(meter, halfOpen);
    } finally {
      this.#opening -= 1;
      this.#settle();
    }
  }

  async #openPair(meter: TrafficMeter, halfOpen: boolean): Promise<SubrequestSocket> {
    let pair: SubrequestPair | undefined;
    try {
      pair = new SubrequestPair(this.#connection, this.port, this.#nextRequestId++);
      const data = await pair.open((stream) => this.#reply(stream));
      const socket = new SubrequestSocket({ carrier: this, pair, data, meter, halfOpen });
      this.#sockets.add(socket);
      socket.once("close", () => this.#release(socket));
      return socket;
    } catch (cause) {
      pair?.reset();
      throw pair?.errorText.text ? podError(pair.errorText.text) : this.#refusal(cause);
    }
  }

  /** Drops the connection and every subrequest in it. @param end absent: it is not needed any more */
  close(end?: StreamEnd): void {
    if (end) this.#noteEnd?.(end);
    void this.#connection.close();
    this.#end(null);
  }

  #reply(stream: SpdyStream): Promise<void> {
    return new Promise((resolve, reject) => {
      const watch = setInterval(() => {
        if (!this.stalled) return;
        reject(new ForwardError("STALLED", "the tunnel waits for the slow reader of another request"));
      }, STALL_CHECK_MS);
      stream.replied.then(resolve, reject).finally(() => clearInterval(watch));
    });
  }

  #refusal(cause: unknown): ForwardError {
    if (cause instanceof SpdyStreamError && cause.code === "RESET") {
      return new ForwardError("POD", "the pod's side refused the connection", { cause });
    }
    if (cause instanceof ForwardError && cause.code === "STALLED") return cause;
    // It takes no more streams, or does not answer them.
    this.#retired = true;
    if (cause instanceof SpdyStreamError && cause.code === "REPLY_TIMEOUT") {
      const seconds = STREAM_REPLY_TIMEOUT_MS / 1000;
      const words = `the pod's side did not accept the connection within ${seconds} s`;
      return new ForwardError("TIMEOUT", words, { cause });
    }
    return this.#lost(cause as Error);
  }

  #release(socket: SubrequestSocket): void {
    this.#sockets.delete(socket);
    const code = socket.errored instanceof ForwardError ? socket.errored.code : null;
    // The sandbox behind this tunnel may be gone: the next subrequest must look for the pod again.
    if (!socket.heard && (code === "NOT_RUNNING" || code === "POD")) this.#retired = true;
    this.#settle();
  }

  #settle(): void {
    if (this.#retired && this.load === 0) this.close();
    this.#events.released();
  }

  #end(cause: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    const error = this.#lost(cause);
    for (const socket of this.#sockets) socket.destroy(error);
    this.#events.ended();
  }

  #lost(cause: Error | null): ForwardError {
    const words = cause ? endOf(cause).words : "it was closed";
    return new ForwardError("TUNNEL", `the tunnel to pod ${this.pod} ended: ${words}`, { cause });
  }
}
