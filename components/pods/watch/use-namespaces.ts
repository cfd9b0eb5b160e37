"use client";
import { useCallback, useEffect, useState } from "react";
import { ApiError, apiFetch, errorWords } from "#components/ui/api-client.ts";
import { clusterSegment } from "#protocol/cluster-segment.ts";

export interface Namespaces {
  /** In alphabetical order; empty while unknown. */
  names: readonly string[];
  loading: boolean;
  /** Why there is no list; a name can be typed all the same. */
  problem: string | null;
  refresh: () => void;
}

/** More are found by typing their name. */
const MAX_NAMESPACES = 2_000;

/** The namespaces of a cluster, when the credential may list them. */
export function useNamespaces(cluster: string | null): Namespaces {
  const [known, setKnown] = useState<Omit<Namespaces, "refresh">>({
    names: [],
    loading: true,
    problem: null,
  });
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another cluster forgets the names of the last one
  useEffect(() => setKnown({ names: [], loading: true, problem: null }), [cluster]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each round asks again
  useEffect(() => {
    if (cluster === null) return;
    const abort = new AbortController();
    const path = `/clusters/${clusterSegment(cluster)}/api/v1/namespaces?limit=${MAX_NAMESPACES}`;
    apiFetch(path, { signal: abort.signal }).then(
      (list) => setKnown({ names: readNames(list), loading: false, problem: null }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const forbidden = error instanceof ApiError && error.status === 403;
        const problem = forbidden ? "You may not list the namespaces of this cluster." : errorWords(error);
        setKnown({ names: [], loading: false, problem });
      },
    );
    return () => abort.abort();
  }, [cluster, round]);

  const refresh = useCallback(() => setRound((count) => count + 1), []);
  return { ...known, refresh };
}

function readNames(list: unknown): string[] {
  const items = (list as { items?: { metadata?: { name?: string } }[] } | undefined)?.items ?? [];
  return items
    .map((item) => item.metadata?.name ?? "")
    .filter((name) => name !== "")
    .sort();
}
