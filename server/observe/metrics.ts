/**
 * Prometheus metrics of the whole server. Labels are bounded: never a cluster's, a pod's or a person's name.
 * Which KEP-4006 metric each answers stands in its help text.
 */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { EndCause, Fallback, FallbackCode } from "#protocol/stream-end.ts";
import type { StreamSubresource } from "#protocol/subprotocol.ts";

const HANDSHAKE_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Values of the label `reason`; of a refusal it is the code that the WebSocket was answered. */
const FALLBACK_REASONS: Record<Exclude<FallbackCode, "refused">, string> = {
  "switched-off": "switched_off",
  "lacks-get": "lacks_get",
  "no-subprotocol": "no_v5",
  "wrong-upgrade": "wrong_upgrade",
};

export class Metrics {
  readonly registry = new Registry();
  /** Called before each scrape: what open streams have carried is counted then. */
  countLive: () => void = () => {};
  readonly attempts = new Counter({
    name: "porthole_stream_attempts_total",
    help: "Upgrades asked of API servers, by subresource, protocol (websocket or spdy) and result (success or failure): the KEP's num_ws_remote_command_v5_total and num_ws_port_forward_v2_total.",
    labelNames: ["subresource", "protocol", "result"] as const,
    registers: [this.registry],
  });
  readonly active = new Gauge({
    name: "porthole_active_streams",
    help: "Open streams by subresource and where they are translated (apiserver, kubelet, porthole, unknown): the KEP's apiserver_streaming_active_connections.",
    labelNames: ["subresource", "translated_at"] as const,
    registers: [this.registry],
  });
  readonly fallbacks = new Counter({
    name: "porthole_stream_fallbacks_total",
    help: "Streams that went over SPDY because a WebSocket was refused, by subresource and reason.",
    labelNames: ["subresource", "reason"] as const,
    registers: [this.registry],
  });
  readonly handshake = new Histogram({
    name: "porthole_stream_handshake_seconds",
    help: "From the dial to the upgraded stream.",
    labelNames: ["subresource", "protocol"] as const,
    buckets: HANDSHAKE_BUCKETS_SECONDS,
    registers: [this.registry],
  });
  readonly firstByte = new Histogram({
    name: "porthole_stream_first_byte_seconds",
    help: "From the upgraded exec or attach to its first byte of output.",
    labelNames: ["subresource"] as const,
    buckets: HANDSHAKE_BUCKETS_SECONDS,
    registers: [this.registry],
  });
  readonly bytes = new Counter({
    name: "porthole_stream_bytes_total",
    help: "Payload carried, by subresource and direction (up: to the pod); of a port-forward, its SPDY bytes.",
    labelNames: ["subresource", "direction"] as const,
    registers: [this.registry],
    collect: () => this.countLive(),
  });
  readonly pingsLost = new Counter({
    name: "porthole_pings_lost_total",
    help: "Peers that stopped answering pings, so that their stream was ended, by subresource and leg (upstream: the API server, downstream: the client).",
    labelNames: ["subresource", "leg"] as const,
    registers: [this.registry],
  });

  readonly ends = new Counter({
    name: "porthole_stream_ends_total",
    help: "Streams that ended and dials that failed, by subresource and cause.",
    labelNames: ["subresource", "cause"] as const,
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
  countFallback(subresource: StreamSubresource, { code, httpStatus }: Fallback): void {
    const reason = code === "refused" ? String(httpStatus) : FALLBACK_REASONS[code];
    this.fallbacks.inc({ subresource, reason });
  }

  countEnd(subresource: StreamSubresource, cause: EndCause, leg: "upstream" | "downstream"): void {
    this.ends.inc({ subresource, cause });
    if (cause === "dead-peer") this.pingsLost.inc({ subresource, leg });
  }
}
