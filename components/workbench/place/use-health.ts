"use client";
import { useEffect, useState } from "react";
import { apiFetch, errorWords } from "#components/ui/api-client.ts";
import type { ClusterHealth } from "#protocol/api.ts";
import { clusterSegment } from "#protocol/cluster-segment.ts";

const POLL_MS = 20_000;
/** The first requests compete with the page's own loading, so a few follow soon; the best of them is the distance. */
const FIRST_LOOKS_MS = [0, 1_500, 4_000] as const;
const KEPT_SAMPLES = 5;

export interface Health extends ClusterHealth {
  /** Between this page and Porthole: the request's time without the part that Porthole waited itself. */
  pageMs: number | null;
}

/** Looks after the cluster's API server, now and then, while the page is seen. Null until the first answer. */
export function useHealth(cluster: string | null): Health | null {
  const [known, setKnown] = useState<{ cluster: string; health: Health } | null>(null);

  useEffect(() => {
    if (cluster === null) return;
    const abort = new AbortController();
    const samples: number[] = [];
    const look = async () => {
      if (document.hidden) return;
      const health = await measure(cluster, abort.signal);
      if (abort.signal.aborted) return;
      if (health.pageMs !== null) samples.push(health.pageMs);
      // The shortest of the last few: a request that waited behind others says nothing of the distance.
      const recent = samples.slice(-KEPT_SAMPLES);
      setKnown({ cluster, health: { ...health, pageMs: recent.length === 0 ? null : Math.min(...recent) } });
    };
    const first = FIRST_LOOKS_MS.map((delay) => setTimeout(() => void look(), delay));
    const timer = setInterval(() => void look(), POLL_MS);
    return () => {
      for (const wait of first) clearTimeout(wait);
      clearInterval(timer);
      abort.abort();
    };
  }, [cluster]);

  // What was measured of the cluster before must not stand beside the new name for as long as the first answer takes.
  return known?.cluster === cluster ? (known?.health ?? null) : null;
}

async function measure(cluster: string, signal: AbortSignal): Promise<Health> {
  const began = performance.now();
  try {
    const answer = await apiFetch(`/api/clusters/${clusterSegment(cluster)}/health`, { signal });
    const health = answer as ClusterHealth;
    const spent = performance.now() - began - (health.latencyMs ?? 0);
    return { ...health, pageMs: health.latencyMs === undefined ? null : Math.max(0, spent) };
  } catch (error) {
    return { reachable: false, problem: errorWords(error), pageMs: null };
  }
}
