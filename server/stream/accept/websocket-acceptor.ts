/**
 * The server role of the WebSocket handshake, for Porthole's own endpoints and for the demo cluster.
 * Nothing is written before every check has passed, so the caller answers a refusal as HTTP.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { Channel } from "#protocol/channel.ts";
import { isTunnelSubprotocol, negotiate } from "#protocol/subprotocol.ts";
import { UpgradeError } from "../errors.ts";
import type { ChannelSocket } from "../types.ts";
import { AcceptedWebSocket } from "../websocket/accepted-websocket.ts";
import { MessageBudget } from "../websocket/frame-budget.ts";
import { offeredSubprotocols, requestProblem } from "../websocket/handshake.ts";
import { DOWNSTREAM_HEARTBEAT } from "../websocket/heartbeat.ts";
import { TunnelingConnection } from "../websocket/tunneling-connection.ts";
import { WebSocketChannelSocket } from "../websocket/websocket-channel-socket.ts";
import { DOWNSTREAM_LIMITS } from "../websocket/websocket-limits.ts";

/** `ws` accepts only HTTP tokens as names and the tunnel's has a slash: this stands in for it inside `ws`. */
const TUNNEL_PLACEHOLDER = "tunnel";

/** @throws UpgradeError 400 or 405, as x/net's server answers */
export function checkHandshake(request: IncomingMessage): void {
  const problem = requestProblem(request);
  if (problem) throw new UpgradeError(problem.part === "method" ? 405 : 400, problem.message);
}

/**
 * Accepts a stream of frames with the first offered subprotocol that is supported.
 * @param noneIsFine old clients offer none at all
 * @throws UpgradeError 400, with nothing written
 */
export function acceptChannels(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  supported: readonly string[],
  noneIsFine = false,
): ChannelSocket {
  checkHandshake(request);
  const offered = offeredSubprotocols(request);
  const chosen = negotiate(offered, supported) ?? (noneIsFine && offered.length === 0 ? "" : null);
  if (chosen === null) {
    throw new UpgradeError(400, `no subprotocol in common; this endpoint speaks ${supported.join(", ")}`);
  }
  const ws = complete(request, socket, head, chosen, chosen);
  // The old port-forward, which alone may offer none, has a channel of bytes for each port.
  const budget = new MessageBudget((channel) => noneIsFine || channel === Channel.Stdin);
  return new WebSocketChannelSocket(new AcceptedWebSocket(ws, socket, budget), chosen, DOWNSTREAM_HEARTBEAT);
}

/**
 * Accepts a port-forward tunnel as a byte stream.
 * @throws UpgradeError 400, with nothing written
 */
export function acceptTunnel(request: IncomingMessage, socket: Duplex, head: Buffer): Duplex {
  checkHandshake(request);
  const chosen = offeredSubprotocols(request).find(isTunnelSubprotocol);
  if (!chosen) throw new UpgradeError(400, "unable to upgrade: no tunneling spdy protocols provided");
  const ws = complete(request, socket, head, TUNNEL_PLACEHOLDER, chosen);
  return new TunnelingConnection(new AcceptedWebSocket(ws, socket, null), DOWNSTREAM_HEARTBEAT);
}

/** @param wireName what the 101 says; `chosen` is what `ws` believes */
function complete(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  chosen: string,
  wireName: string,
): WebSocket {
  // `ws` reads the offer as well, and answers one it does not like (a name twice) by itself.
  if (chosen === "") delete request.headers["sec-websocket-protocol"];
  else request.headers["sec-websocket-protocol"] = chosen;
  const server = new WebSocketServer({
    ...DOWNSTREAM_LIMITS,
    noServer: true,
    clientTracking: false,
    handleProtocols: () => chosen,
  });
  server.on("headers", (lines) => {
    const index = lines.findIndex((line) => line.startsWith("Sec-WebSocket-Protocol:"));
    if (index >= 0) lines[index] = `Sec-WebSocket-Protocol: ${wireName}`;
  });
  let accepted: WebSocket | undefined;
  server.handleUpgrade(request, socket, head, (ws) => {
    accepted = ws;
  });
  // handleUpgrade calls back at once or has refused; what it refuses, checkHandshake has refused before.
  if (!accepted) throw new UpgradeError(400, "the connection was closed during the handshake");
  return accepted;
}
