"use client";
import { useEffect, useState } from "react";
import { apiFetch } from "#components/ui/api-client.ts";
import type { AccessInfo } from "#protocol/api.ts";
import { clusterSegment } from "#protocol/cluster-segment.ts";

/** Rights change seldom; the server checks again before each stream whatever is shown here. */
const ACCESS_FRESH_MS = 60_000;
const MAX_CACHED = 200;

const cache = new Map<string, { access: AccessInfo; at: number }>();

/** What the credential may do in a namespace. Null while unknown: then nothing is disabled for want of a right. */
export function useAccess(cluster: string | null, namespace: string | null): AccessInfo | null {
  const key = cluster === null || namespace === null ? null : `${cluster}/${namespace}`;
  const [known, setKnown] = useState<{ key: string; access: AccessInfo } | null>(null);

  useEffect(() => {
    if (key === null || cluster === null || namespace === null) return;
    const cached = cache.get(key);
    if (cached) setKnown({ key, access: cached.access });
    if (cached && Date.now() - cached.at < ACCESS_FRESH_MS) return;
    const abort = new AbortController();
    const path = `/api/clusters/${clusterSegment(cluster)}/access?namespace=${encodeURIComponent(namespace)}`;
    apiFetch(path, { signal: abort.signal }).then(
      (value) => {
        const access = value as AccessInfo;
        if (cache.size >= MAX_CACHED) cache.clear();
        cache.set(key, { access, at: Date.now() });
        setKnown({ key, access });
      },
      // Unknown rights disable nothing; the action itself will say what is wrong.
      () => {},
    );
    return () => abort.abort();
  }, [key, cluster, namespace]);

  return known !== null && known.key === key ? known.access : null;
}
