/** Metrics of the listener's connections (threats.md A28); labels are bounded, as in metrics.ts. */
import { Counter, Gauge, type Registry } from "prom-client";

export interface ConnectionCounts {
  /** Now, by phase. */
  counts(): Record<string, number>;
  /** Since the start, by reason. */
  readonly closed: Record<string, number>;
}

export function countConnections(registry: Registry, connections: ConnectionCounts): void {
  new Gauge({
    name: "porthole_connections",
    help: "Connections of clients by phase (handshake, head, idle, request, lingering, untaken, upgraded, closing).",
    labelNames: ["phase"],
    registers: [registry],
    collect() {
      for (const [phase, count] of Object.entries(connections.counts())) this.set({ phase }, count);
    },
  });
  new Counter({
    name: "porthole_connections_closed_total",
    help: "Connections of clients that Porthole cut, by reason: the phase that took too long, place, heads or pipeline.",
    labelNames: ["reason"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(connections.closed)) this.inc({ reason }, count);
    },
  });
}
