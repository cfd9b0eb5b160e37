/**
 * What a client speaks, found out before anything is dialled or answered: WebSocket v5 and v4 or SPDY v4 to v1 for
 * exec and attach; the tunnel, plain SPDY or the old WebSocket form for port-forward. Whichever it is, accepting gives
 * one of the two shapes of types.ts. Porthole's own endpoints and the demo cluster both use it.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import {
  isTunnelSubprotocol,
  negotiate,
  PORTFORWARD_PROTOCOL,
  SPDY_EXEC_SUBPROTOCOLS,
  V4_SUBPROTOCOL,
  V5_SUBPROTOCOL,
} from "#protocol/subprotocol.ts";
import { UpgradeError } from "../errors.ts";
import { legacyPorts, legacyTunnel } from "../portforward/legacy-portforward.ts";
import type { ChannelSocket } from "../types.ts";
import { offeredSubprotocols } from "../websocket/handshake.ts";
import {
  type AskedStreams,
  acceptSpdy,
  acceptSpdyExec,
  isSpdyRequest,
  negotiateSpdy,
} from "./spdy-acceptor.ts";
import { acceptChannels, acceptTunnel, checkHandshake } from "./websocket-acceptor.ts";

export interface Downstream<T> {
  /** As it will be negotiated. */
  subprotocol: string;
  transport: "websocket" | "spdy";
  /** Answers 101. Rejects with UpgradeError (nothing written) or StreamError (the connection is closed). */
  accept(socket: Duplex, head: Buffer): Promise<T>;
}

const EXEC_WEBSOCKET: readonly string[] = [V5_SUBPROTOCOL, V4_SUBPROTOCOL];

/**
 * @param spoken the WebSocket subprotocols to accept; an API server before 1.29 has no v5
 * @throws UpgradeError
 */
export function execDownstream(
  request: IncomingMessage,
  asked: AskedStreams,
  spoken: readonly string[] = EXEC_WEBSOCKET,
): Downstream<ChannelSocket> {
  if (isSpdyRequest(request)) {
    const version = negotiateSpdy(request, SPDY_EXEC_SUBPROTOCOLS);
    return {
      subprotocol: version,
      transport: "spdy",
      accept: (socket, head) => acceptSpdyExec(socket, head, version, asked),
    };
  }
  checkHandshake(request);
  const subprotocol = negotiate(offeredSubprotocols(request), spoken);
  if (!subprotocol) {
    throw new UpgradeError(400, `no subprotocol in common; this endpoint speaks ${spoken.join(", ")}`);
  }
  return {
    subprotocol,
    transport: "websocket",
    accept: async (socket, head) => acceptChannels(request, socket, head, [subprotocol]),
  };
}

/** @throws UpgradeError */
export function tunnelDownstream(request: IncomingMessage, query: URLSearchParams): Downstream<Duplex> {
  if (isSpdyRequest(request)) {
    const version = negotiateSpdy(request, [PORTFORWARD_PROTOCOL]);
    return {
      subprotocol: version,
      transport: "spdy",
      accept: async (socket, head) => acceptSpdy(socket, head, version),
    };
  }
  checkHandshake(request);
  const offered = offeredSubprotocols(request);
  const tunnel = offered.find(isTunnelSubprotocol);
  if (tunnel) {
    return {
      subprotocol: tunnel,
      transport: "websocket",
      accept: async (socket, head) => acceptTunnel(request, socket, head),
    };
  }
  const ports = legacyPorts(query);
  if (!ports || (offered.length > 0 && !offered.includes(V4_SUBPROTOCOL))) {
    throw new UpgradeError(
      400,
      "unable to upgrade: no tunneling spdy protocols provided, and no ports named",
    );
  }
  return {
    subprotocol: offered.length > 0 ? V4_SUBPROTOCOL : "none",
    transport: "websocket",
    accept: async (socket, head) =>
      legacyTunnel(acceptChannels(request, socket, head, [V4_SUBPROTOCOL], true), ports),
  };
}
