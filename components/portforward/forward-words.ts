/** A forward in words: what it points at, what it does now, what became of its last requests. */
import type { DotTone } from "#components/ui/control/marks.tsx";
import { formatBytes, formatMs, plural } from "#components/ui/format.ts";
import type { ForwardHit, ForwardInfo } from "#protocol/api.ts";
import type { ForwardRate } from "./forward-rate.ts";

/** Below this a rate is noise. */
const MIN_RATE_BYTES = 1_000;
/** A response larger than this is better described by its size than by its time. */
const LARGE_RESPONSE_BYTES = 100_000;

export function forwardTone(forward: ForwardInfo): DotTone {
  if (forward.state === "failing") return "bad";
  if (forward.state === "connecting") return "warn";
  return forward.tunnels > 0 || forward.connections > 0 ? "ok" : "idle";
}

/** One line about now. */
export function stateWords(forward: ForwardInfo, rate: ForwardRate | undefined): string {
  if (forward.state === "failing")
    return forward.problem ?? "The last attempt failed. The next request tries again.";
  if (forward.state === "connecting") return `Opening a tunnel to ${forward.pod ?? forward.name}`;
  if (forward.tunnels === 0 && forward.recent.length === 0 && forward.bytesOut + forward.bytesIn === 0) {
    return "Ready, nothing was asked of it yet";
  }
  const parts = [
    forward.pod && forward.pod !== forward.name ? `served by ${forward.pod}` : "",
    plural(forward.tunnels, "tunnel"),
    plural(forward.connections, "connection"),
    rateWords(forward, rate),
  ];
  return parts.filter(Boolean).join(" · ");
}

function rateWords(forward: ForwardInfo, rate: ForwardRate | undefined): string {
  const perSecond = rate ? rate.inPerSecond + rate.outPerSecond : 0;
  if (perSecond >= MIN_RATE_BYTES) return `${formatBytes(perSecond)}/s`;
  return `${formatBytes(forward.bytesIn + forward.bytesOut)} in all`;
}

/** What the request cost: time, or size when that is the larger news. */
export function hitCost(hit: ForwardHit): string {
  if (hit.status === 101 || hit.bytes >= LARGE_RESPONSE_BYTES) return formatBytes(hit.bytes);
  return hit.status === 0 ? "" : formatMs(hit.ms);
}

export function hitTone(status: number): "ok" | "warn" | "bad" | "neutral" {
  if (status >= 500) return "bad";
  if (status >= 400) return "warn";
  return status === 0 || status >= 300 ? "neutral" : "ok";
}
