/**
 * Joins two tunnels: SPDY/3.1 bytes pass untouched, so each leg may be a WebSocket or a plain upgraded connection.
 * This is the stream tunnel of KEP-4006 (k8s.io/apiserver pkg/util/proxy/streamtunnel.go). Unlike the API server's
 * it lets one direction end before the other.
 */
import type { Duplex } from "node:stream";
import { TunnelingConnection } from "../websocket/tunneling-connection.ts";
import { AFTER_CLOSE_READ_BYTES } from "../websocket/websocket-limits.ts";

export interface TunnelRelayCounts {
  bytesUp: number;
  bytesDown: number;
  /** What broke the relay; null when both legs ended in order. */
  error: Error | null;
}

/** @param onEnd once, when both legs are closed */
export function relayTunnel(
  downstream: Duplex,
  upstream: Duplex,
  onEnd?: (counts: TunnelRelayCounts) => void,
): void {
  const counts: TunnelRelayCounts = { bytesUp: 0, bytesDown: 0, error: null };
  let open = 2;
  const closed = () => {
    open -= 1;
    if (open === 0) onEnd?.(counts);
  };
  const failed = (error: Error) => {
    counts.error ??= error;
  };
  carry(downstream, upstream, (bytes) => {
    counts.bytesUp += bytes;
  });
  carry(upstream, downstream, (bytes) => {
    counts.bytesDown += bytes;
  });
  for (const leg of [downstream, upstream]) leg.on("error", failed).once("close", closed);
}

/** One direction: a slow reader pauses its writer, an end passes on, a break takes the other leg with it. */
function carry(from: Duplex, to: Duplex, count: (bytes: number) => void): void {
  let late = 0;
  from.on("data", (chunk: Buffer) => {
    if (to.destroyed) {
      // Nobody takes it any more. A WebSocket counts what comes behind its close by itself, and reads up to its end.
      late += chunk.byteLength;
      if (late > AFTER_CLOSE_READ_BYTES && !(from instanceof TunnelingConnection)) from.pause();
      return;
    }
    count(chunk.byteLength);
    if (!to.write(chunk)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.once("end", () => to.end());
  from.once("close", () => {
    if (!from.readableEnded) to.destroy();
  });
}
