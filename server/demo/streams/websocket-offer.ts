/**
 * What becomes of the subprotocols a WebSocket client offers. The API server takes v5 and tunnels, from the
 * generation on that has them; everything else goes to the kubelet and the runtime, which refuse in their own ways.
 */
import type { IncomingMessage } from "node:http";
import { isTunnelSubprotocol, V4_SUBPROTOCOL } from "#protocol/subprotocol.ts";
import { legacyPorts } from "#server/stream/portforward/legacy-portforward.ts";
import { offeredSubprotocols } from "#server/stream/websocket/handshake.ts";
import type { Generation } from "./generation.ts";

/** An empty body is sent without its length. */
export interface OfferRefusal {
  code: number;
  body: string;
}

/** x/net's server, behind which runtimes accept WebSockets: nothing in common is 403 without a word. */
const NOTHING_IN_COMMON: OfferRefusal = { code: 403, body: "" };

/** The subprotocol for exec or attach; a refusal when there is none. */
export function chooseExec(generation: Generation, request: IncomingMessage): string | OfferRefusal {
  const offered = offeredSubprotocols(request);
  return generation.execSubprotocols.find((name) => offered.includes(name)) ?? NOTHING_IN_COMMON;
}

/** A refusal; or null, and then the offer holds only what can be accepted. */
export function refuseForward(
  generation: Generation,
  request: IncomingMessage,
  query: URLSearchParams,
): OfferRefusal | null {
  const offered = offeredSubprotocols(request);
  if (generation.tunnels && offered.some(isTunnelSubprotocol)) return null;
  // The kubelet reads the ports before the runtime sees the offer (kubelet pkg/cri/streaming/portforward/websocket.go).
  const named = query.get("ports") ?? query.get("port");
  if (named === null) return { code: 400, body: 'query parameter "port" is required' };
  if (!legacyPorts(query)) return { code: 400, body: `unable to parse ${JSON.stringify(named)} as a port` };
  if (offered.length > 0 && !offered.includes(V4_SUBPROTOCOL)) return NOTHING_IN_COMMON;
  if (offered.length > 0) request.headers["sec-websocket-protocol"] = V4_SUBPROTOCOL;
  return null;
}
