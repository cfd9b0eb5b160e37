/** Prometheus metrics of the whole server. Labels are bounded: never a cluster's, a pod's or a person's name. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";

export class Metrics {
  readonly registry = new Registry();
  readonly streamAttempts = new Counter({
    name: "porthole_stream_attempts_total",
    help: "Streams asked for, by subresource and result (success or failure).",
    labelNames: ["subresource", "result"] as const,
    registers: [this.registry],
  });

  /** @param counts read at every scrape */
  constructor(counts: { sessions(): number; forwards(): number }) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: "porthole_sessions",
      help: "Terminal sessions held, ended ones that can still be read included.",
      registers: [this.registry],
      collect() {
        this.set(counts.sessions());
      },
    });
    new Gauge({
      name: "porthole_forwards",
      help: "Forwarded ports held.",
      registers: [this.registry],
      collect() {
        this.set(counts.forwards());
      },
    });
  }
}
