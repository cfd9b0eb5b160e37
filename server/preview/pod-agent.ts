/** Keep-alive HTTP to one forwarded port: an http.Agent whose sockets are subrequests. */
import { Agent, type ClientRequest } from "node:http";
import type { Duplex } from "node:stream";
import { SubrequestSocket } from "#server/forward/subrequest-socket.ts";
import { MAX_REQUESTS } from "./request-gate.ts";

/** Under the 5 s after which many servers close an idle connection, so that few requests meet a closing one. */
const IDLE_SOCKET_MS = 4_000;
/** As many as may be busy at once: between two bursts they are all idle. */
const MAX_IDLE_SOCKETS = MAX_REQUESTS;

export class PodAgent extends Agent {
  readonly #open: () => Promise<SubrequestSocket>;

  /** @param reuse false: each request has a connection of its own */
  constructor(open: () => Promise<SubrequestSocket>, reuse: boolean) {
    // "fifo" because only then does the agent step over idle sockets that prune() has just destroyed. It sets
    // no maximum of sockets: the agent's own queue does not move on when a socket cannot be opened, so the
    // queues are RequestGate's and TunnelPool's.
    super(
      reuse
        ? { keepAlive: true, maxFreeSockets: MAX_IDLE_SOCKETS, scheduling: "fifo", timeout: IDLE_SOCKET_MS }
        : { keepAlive: false },
    );
    this.#open = open;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    // The agent looks at the socket only when there is no error.
    const none = undefined as unknown as Duplex;
    this.#open().then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, none),
    );
  }

  override keepSocketAlive(socket: Duplex): boolean {
    if (socket instanceof SubrequestSocket) socket.markIdle();
    // The types say void; it is a boolean, false when the server announced that it closes too soon.
    const keep: unknown = super.keepSocketAlive(socket);
    return keep !== false;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    if (socket instanceof SubrequestSocket) socket.markBusy();
    super.reuseSocket(socket, request);
  }

  /** Drops idle sockets whose tunnel is stalled, may be soon, or takes nothing new. Call before a request. */
  prune(): void {
    for (const sockets of Object.values(this.freeSockets)) {
      for (const socket of (sockets ?? []) as unknown[]) {
        if (!(socket instanceof SubrequestSocket)) continue;
        if (!socket.carrier.usable || socket.carrier.bulk) socket.destroy();
      }
    }
  }
}
