/** Kinds of streams, the subprotocol names of each on the wire and how one of them is chosen (RFC 6455 section 4.2.2, KEP-4006). */

/** The subresources of a pod that are streams. */
export type StreamSubresource = "exec" | "attach" | "portforward";
/** Those that are channels of a command; the other one is connections. */
export type ExecSubresource = Exclude<StreamSubresource, "portforward">;

/** exec and attach with half-close (CLOSE, byte 255); what kubectl 1.30 and newer offer. */
export const V5_SUBPROTOCOL = "v5.channel.k8s.io";
/** exec and attach without half-close; the newest that legacy WebSocket servers in kubelets speak. */
export const V4_SUBPROTOCOL = "v4.channel.k8s.io";
/** exec and attach over SPDY, best first; v5 exists for WebSockets only. */
export const SPDY_EXEC_SUBPROTOCOLS = [
  V4_SUBPROTOCOL,
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
  "channel.k8s.io",
] as const;
/** Port-forward: SPDY/3.1 as a byte stream in WebSocket messages. The KEP's "v2.portforward.k8s.io" is never on the wire. */
export const TUNNEL_SUBPROTOCOL = "SPDY/3.1+portforward.k8s.io";
/** Port-forward streams inside SPDY, whether tunnelled or plain (X-Stream-Protocol-Version). */
export const PORTFORWARD_PROTOCOL = "portforward.k8s.io";
/** Between Porthole's page and its server: v5 and the channels Ack, Event and Echo. */
export const PORTHOLE_SUBPROTOCOL = "v1.session.porthole";
/** Prefix of the pseudo-subprotocol that carries a one-time ticket; it is never the one chosen. */
export const TICKET_PREFIX = "ticket.porthole.";

/**
 * Splits a Sec-WebSocket-Protocol header value into its names, order kept, blanks dropped.
 * @param header the raw value; several header lines are joined by commas
 */
export function parseOffer(header: string | undefined): string[] {
  if (!header) return [];
  return header
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** The first name in the client's order that the server supports, as x/net's servers choose. Case matters. */
export function negotiate(offered: readonly string[], supported: readonly string[]): string | null {
  return offered.find((name) => supported.includes(name)) ?? null;
}

/** Detection as in k8s.io/apimachinery IsWebSocketRequestWithTunnelingProtocol: prefix and suffix. */
export function isTunnelSubprotocol(name: string): boolean {
  return name.startsWith("SPDY/3.1+") && name.endsWith(".k8s.io");
}
