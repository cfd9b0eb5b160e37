"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { apiFetch, errorWords } from "#components/ui/api-client.ts";
import type { ClusterInfo, ClusterList } from "#protocol/api.ts";
import { useLooks } from "./cluster-looks.ts";
import { lastCluster, lastNamespace, usePlace } from "./place-store.ts";

/** The kubeconfig changes while the page is open: a login, another context, a rewritten file. */
const POLL_MS = 4_000;

export interface Clusters extends ClusterList {
  loading: boolean;
  problem: string | null;
  /** Names that were in the list since the page was opened. */
  seen: ReadonlySet<string>;
  refresh: () => void;
}

/** The contexts of the kubeconfig, kept true while the page is seen. Without one in the address: firstCluster(). */
export function useClusters(): Clusters {
  const [known, setKnown] = useState<Omit<Clusters, "refresh" | "seen">>({
    clusters: [],
    loading: true,
    problem: null,
  });
  const seen = useRef(new Set<string>());
  const answered = useRef("");

  const look = useCallback(async () => {
    const answer = (await apiFetch("/api/clusters")) as Partial<ClusterList>;
    const list: ClusterList = { ...answer, clusters: answer.clusters ?? [] };
    const first = usePlace.getState().cluster === null ? firstCluster(list.clusters, lastCluster()) : null;
    if (first) usePlace.setState({ cluster: first.name, namespace: lastNamespace(first.name) });
    // Most answers say what the one before said; the page is drawn again for the others only.
    const text = JSON.stringify(list);
    if (text === answered.current) {
      setKnown((before) =>
        before.loading || before.problem ? { ...before, loading: false, problem: null } : before,
      );
      return;
    }
    answered.current = text;
    const names = list.clusters.map(({ name }) => name);
    for (const name of names) seen.current.add(name);
    useLooks.setState({ names });
    setKnown({ ...list, loading: false, problem: null });
  }, []);

  // The list that was known stays while a new one is asked for: choosing from it goes on.
  const refresh = useCallback(() => {
    setKnown((before) => ({ ...before, loading: true, problem: null }));
    look().catch((error: unknown) =>
      setKnown((before) => ({ ...before, loading: false, problem: errorWords(error) })),
    );
  }, [look]);

  useEffect(() => {
    refresh();
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const poll = async () => {
      // That Porthole does not answer is said elsewhere; the list that is known is still the best one.
      if (!document.hidden && answered.current !== "") await look().catch(() => {});
      if (!stopped) timer = setTimeout(poll, POLL_MS);
    };
    const onVisibility = () => {
      if (!document.hidden && answered.current !== "") void look().catch(() => {});
    };
    timer = setTimeout(poll, POLL_MS);
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [refresh, look]);
  return { ...known, seen: seen.current, refresh };
}

/**
 * The one that was looked at last, else the kubeconfig's current one, also when it cannot be used: its reason is the
 * news then. Never another one: who does not see where they are types into the wrong cluster.
 */
export function firstCluster(clusters: readonly ClusterInfo[], last: string | null): ClusterInfo | undefined {
  return clusters.find(({ name }) => name === last) ?? clusters.find(({ current }) => current);
}
