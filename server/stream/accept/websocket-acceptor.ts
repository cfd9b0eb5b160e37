/**
 * The server role of the WebSocket handshake, for Porthole's own endpoints and for the demo cluster.
 * Nothing is written before every check has passed, so the caller answers a refusal as HTTP.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { isTunnelSubprotocol, negotiate, parseOffer } from "#protocol/subprotocol.ts";
import { UpgradeError } from "../errors.ts";
import type { ChannelSocket } from "../types.ts";
import { AcceptedWebSocket } from "../websocket/accepted-websocket.ts";
import { DOWNSTREAM_HEARTBEAT } from "../websocket/heartbeat.ts";
import { TunnelingConnection } from "../websocket/tunneling-connection.ts";
import { WebSocketChannelSocket } from "../websocket/websocket-channel-socket.ts";
import { DOWNSTREAM_LIMITS } from "../websocket/websocket-limits.ts";

/** RFC 6455 section 4.1: 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
/** `ws` accepts only HTTP tokens as names and the tunnel's has a slash: this stands in for it inside `ws`. */
const TUNNEL_PLACEHOLDER = "tunnel";

/** A WebSocket request at all, as k8s.io/streaming wsstream.IsWebSocketRequest sees it. */
export function isWebSocketRequest(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket";
}

export function offeredSubprotocols(request: IncomingMessage): string[] {
  return parseOffer(request.headers["sec-websocket-protocol"]);
}

/**
 * RFC 6455 section 4.2.1. A backend that is more lenient than its proxy lets requests be smuggled (threats.md A12).
 * @throws UpgradeError 400 or 405
 */
export function checkHandshake(request: IncomingMessage): void {
  const { headers } = request;
  if (request.method !== "GET") throw new UpgradeError(405, "a WebSocket upgrade is a GET request");
  if (request.httpVersion !== "1.1") throw new UpgradeError(400, "a WebSocket upgrade needs HTTP/1.1");
  if (!isWebSocketRequest(request)) throw new UpgradeError(400, "Upgrade request required");
  if (headers["sec-websocket-version"] !== "13")
    throw new UpgradeError(400, "only WebSocket version 13 is spoken");
  if (!KEY.test(headers["sec-websocket-key"] ?? ""))
    throw new UpgradeError(400, "Sec-WebSocket-Key is missing or malformed");
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
  return new WebSocketChannelSocket(new AcceptedWebSocket(ws, socket), chosen, DOWNSTREAM_HEARTBEAT);
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
  return new TunnelingConnection(new AcceptedWebSocket(ws, socket), DOWNSTREAM_HEARTBEAT);
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
