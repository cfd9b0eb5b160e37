/**
 * Dials the API server over WebSocket: v5.channel.k8s.io for exec and attach, the tunnel for port-forward.
 * Every handshake that is answered with something other than a good 101 becomes an UpgradeError that holds the
 * API server's Status (client-go transport/websocket/roundtripper.go); only that may lead to a fallback.
 */
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type ClientOptions, WebSocket } from "ws";
import { subresourcePath } from "#kube/subresource-url";
import type { Cluster } from "#kube/types";
import { TUNNEL_SUBPROTOCOL, V5_SUBPROTOCOL } from "#protocol/subprotocol";
import { dialFailure } from "./dial-failure";
import { StreamError, UpgradeError } from "./errors";
import { UPSTREAM_HEARTBEAT } from "./heartbeat";
import { TunnelingConnection } from "./tunneling-connection";
import type {
  ExecConnection,
  ExecDialer,
  ExecTarget,
  PodTarget,
  TunnelConnection,
  TunnelDialer,
} from "./types";
import { refusalOf } from "./upgrade-refusal";
import { WebSocketChannelSocket } from "./websocket-channel-socket";
import { UPSTREAM_LIMITS } from "./websocket-limits";

/** `ws` refuses names with a slash, so this is offered to it and the real name put on the wire (stack.md 6). */
const TUNNEL_PLACEHOLDER = "tunnel";

interface Dialed {
  ws: WebSocket;
  socket: Duplex;
  handshakeMs: number;
}

export class WebSocketDialer implements ExecDialer, TunnelDialer {
  constructor(private readonly cluster: Cluster) {}

  async dialExec(target: ExecTarget, signal?: AbortSignal): Promise<ExecConnection> {
    const dialed = await this.#dial(subresourcePath(target), V5_SUBPROTOCOL, signal);
    const socket = new WebSocketChannelSocket(dialed.ws, dialed.socket, {
      role: "client",
      heartbeat: UPSTREAM_HEARTBEAT,
    });
    return { socket, handshakeMs: dialed.handshakeMs };
  }

  async dialTunnel(target: PodTarget, signal?: AbortSignal): Promise<TunnelConnection> {
    const path = subresourcePath({ ...target, subresource: "portforward" });
    const { ws, handshakeMs } = await this.#dial(path, TUNNEL_SUBPROTOCOL, signal);
    const bytes = new TunnelingConnection(ws, UPSTREAM_HEARTBEAT);
    return { bytes, subprotocol: TUNNEL_SUBPROTOCOL, transport: "websocket", handshakeMs };
  }

  async #dial(path: string, subprotocol: string, signal?: AbortSignal): Promise<Dialed> {
    const started = performance.now();
    try {
      return await this.#dialOnce(path, subprotocol, signal, started);
    } catch (error) {
      if (!(error instanceof UpgradeError && error.httpStatus === 401)) throw error;
      // The cached credential may have expired: once more with a fresh one.
      this.cluster.invalidateCredentials();
      return await this.#dialOnce(path, subprotocol, signal, started);
    }
  }

  async #dialOnce(
    path: string,
    subprotocol: string,
    signal: AbortSignal | undefined,
    started: number,
  ): Promise<Dialed> {
    const upstream = await this.cluster.upstream();
    signal?.throwIfAborted();
    const tunnel = subprotocol === TUNNEL_SUBPROTOCOL;
    const url = new URL(upstream.server);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const base = url.pathname.replace(/\/$/, "");
    const options = {
      ...UPSTREAM_LIMITS,
      ...upstream.tls,
      agent: upstream.agents.upgrade,
      headers: upstream.headers,
      ...(tunnel ? { finishRequest: offerTunnel } : {}),
    } as ClientOptions;
    const offer = tunnel ? TUNNEL_PLACEHOLDER : subprotocol;
    return await opened(
      new WebSocket(`${url.protocol}//${url.host}${base}${path}`, offer, options),
      signal,
      started,
    );
  }
}

/** Puts the tunnel's real name on the wire and the placeholder back before `ws` checks the answer. */
function offerTunnel(request: ClientRequest): void {
  request.setHeader("Sec-WebSocket-Protocol", TUNNEL_SUBPROTOCOL);
  request.prependListener("upgrade", (response: IncomingMessage) => {
    if (response.headers["sec-websocket-protocol"] === TUNNEL_SUBPROTOCOL) {
      response.headers["sec-websocket-protocol"] = TUNNEL_PLACEHOLDER;
    }
  });
  request.end();
}

function opened(ws: WebSocket, signal: AbortSignal | undefined, started: number): Promise<Dialed> {
  return new Promise((resolve, reject) => {
    let upgraded: IncomingMessage | null = null;
    const fail = (error: Error) => {
      signal?.removeEventListener("abort", abort);
      reject(error);
      ws.on("error", () => {});
      ws.terminate();
    };
    const abort = () => fail(new StreamError("CANCELED", "the stream was given up before it opened"));
    signal?.addEventListener("abort", abort, { once: true });
    ws.once("upgrade", (response) => {
      upgraded = response;
    });
    ws.once("unexpected-response", (_request, response) => {
      refusalOf(response).then(fail, fail);
    });
    ws.once("error", (error) => {
      // After a 101 the handshake itself was wrong: no subprotocol, or one that was not offered.
      if (upgraded) fail(new UpgradeError(101, error.message));
      else fail(dialFailure(error, new URL(ws.url).host));
    });
    ws.once("open", () => {
      // Frames may be in the same packet as the 101: nothing is read until the caller listens.
      ws.pause();
      signal?.removeEventListener("abort", abort);
      ws.removeAllListeners("error");
      const socket = upgraded!.socket;
      // A proxy may drop what looks idle to TCP; half-open connections show.
      socket.setKeepAlive(true, UPSTREAM_HEARTBEAT.deadlineMs);
      resolve({ ws, socket, handshakeMs: performance.now() - started });
    });
  });
}
