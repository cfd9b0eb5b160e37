/**
 * How a cluster that lacks a WebSocket form refuses it. The answer comes from the kubelet, behind an API server that
 * knows the form or passes it on, so no version tells; and a feature gate may be off on either.
 */
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import type { UpgradeError } from "../errors.ts";

/** What such a refusal means, for people. */
export const OLD_KUBELETS = "this cluster's kubelets do not speak its subprotocol";

/** Asked for a tunnel, it misses the ports of the old form (kubelet pkg/cri/streaming/portforward/websocket.go). */
const PORT_MISSING = /query parameter "port" is required/;

/**
 * For a refused WebSocket upgrade: whether SPDY is the cluster's own way and nothing is broken. A kubelet before v5
 * refuses a subprotocol that it does not speak with a 403 that says nothing (golang.org/x/net/websocket, protocol.md
 * 1.9); a 403 with a Status is the API server's, one with a page is a proxy's.
 */
export function lacksWebSockets(refusal: UpgradeError, subresource: StreamSubresource): boolean {
  const { httpStatus, status, message, answer } = refusal;
  if (httpStatus === 403) return status === null && !answer?.body;
  return httpStatus === 400 && subresource === "portforward" && PORT_MISSING.test(message);
}
