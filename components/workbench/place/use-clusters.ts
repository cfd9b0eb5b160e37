"use client";
import { useCallback, useEffect, useState } from "react";
import { apiFetch, errorWords } from "#components/ui/api-client.ts";
import type { ClusterInfo } from "#protocol/api.ts";
import { lastCluster, usePlace } from "./place-store.ts";

export interface Clusters {
  clusters: readonly ClusterInfo[];
  loading: boolean;
  problem: string | null;
  refresh: () => void;
}

/** The contexts of the kubeconfig. Without one in the address: the last one, or the kubeconfig's current one. */
export function useClusters(): Clusters {
  const [known, setKnown] = useState<Omit<Clusters, "refresh">>({
    clusters: [],
    loading: true,
    problem: null,
  });

  // The list that was known stays while a new one is asked for: choosing from it goes on.
  const refresh = useCallback(() => {
    setKnown((before) => ({ ...before, loading: true, problem: null }));
    apiFetch("/api/clusters").then(
      (answer) => {
        const clusters = (answer as { clusters?: ClusterInfo[] }).clusters ?? [];
        const first = usePlace.getState().cluster === null ? firstCluster(clusters, lastCluster()) : null;
        if (first) usePlace.setState({ cluster: first.name });
        setKnown({ clusters, loading: false, problem: null });
      },
      (error: unknown) => setKnown((before) => ({ ...before, loading: false, problem: errorWords(error) })),
    );
  }, []);

  useEffect(refresh, [refresh]);
  return { ...known, refresh };
}

/** One that cannot be used is shown only when there is no other: its reason is then the news. */
export function firstCluster(clusters: readonly ClusterInfo[], last: string | null): ClusterInfo | undefined {
  const usable = clusters.filter((cluster) => cluster.problem === undefined);
  return (
    usable.find((cluster) => cluster.name === last) ??
    usable.find((cluster) => cluster.current) ??
    usable[0] ??
    clusters[0]
  );
}
