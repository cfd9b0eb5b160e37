"use client";
import { useEffect, useState } from "react";
import { apiFetch } from "#components/ui/api-client.ts";
import type { PodNamespaces } from "#protocol/api.ts";
import { clusterSegment } from "#protocol/cluster-segment.ts";

/**
 * Where pods may be listed. Null while unknown, and where that is everywhere: then there is nothing to tell apart.
 * @param wanted somebody looks, and may not list all pods
 */
export function usePodNamespaces(cluster: string | null, wanted: boolean): PodNamespaces | null {
  const [known, setKnown] = useState<{ cluster: string; found: PodNamespaces } | null>(null);
  useEffect(() => {
    if (cluster === null || !wanted) return;
    const abort = new AbortController();
    apiFetch(`/api/clusters/${clusterSegment(cluster)}/pod-namespaces`, { signal: abort.signal }).then(
      (found) => setKnown({ cluster, found: found as PodNamespaces }),
      // Names in their usual order, and the list itself says what is wrong.
      () => {},
    );
    return () => abort.abort();
  }, [cluster, wanted]);
  return known?.cluster === cluster && known.found.all === false ? known.found : null;
}

/** Those where pods may be listed first, then those that were not asked about. */
export function byRight(names: readonly string[], found: PodNamespaces | null): string[] {
  if (!found) return [...names];
  const rank = (name: string) => (found.namespaces.includes(name) ? 0 : found.refused.includes(name) ? 2 : 1);
  return [...names].sort((a, b) => rank(a) - rank(b));
}
