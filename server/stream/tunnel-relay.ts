/**
 * Joins two tunnels: SPDY/3.1 bytes pass untouched, so each leg may be a WebSocket or a plain upgraded connection.
 * This is the stream tunnel of KEP-4006 (k8s.io/apiserver pkg/util/proxy/streamtunnel.go).
 */
import { type Duplex, pipeline } from "node:stream";

export interface TunnelRelayCounts {
  bytesUp: number;
  bytesDown: number;
}

/** @param onEnd once, when both directions are over */
export function relayTunnel(
  downstream: Duplex,
  upstream: Duplex,
  onEnd?: (counts: TunnelRelayCounts) => void,
): void {
  const counts = { bytesUp: 0, bytesDown: 0 };
  downstream.on("data", (chunk: Buffer) => {
    counts.bytesUp += chunk.byteLength;
  });
  upstream.on("data", (chunk: Buffer) => {
    counts.bytesDown += chunk.byteLength;
  });
  let open = 2;
  const done = () => {
    open -= 1;
    if (open === 0) onEnd?.(counts);
  };
  // pipeline destroys both ends on an error, and waits for drain: the slow side pauses the other.
  pipeline(downstream, upstream, done);
  pipeline(upstream, downstream, done);
}
