"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { INITIAL_POD_STATE, PodWatch, type PodWatchState } from "./pod-watch.ts";

/** HTTP/1.1 gives a page six connections; one that nobody looks at gives its own back after this long. */
const HIDDEN_FOR_MS = 30_000;

export interface PodFeed extends PodWatchState {
  /** Tries again now instead of after the wait. */
  retry: () => void;
}

/**
 * The pods of a cluster, kept true while the page is seen.
 * @param fallback the context's own namespace, shown when all namespaces may not be listed
 * @param source where the cluster is and as whom it is asked: another one is another list
 */
export function usePods(
  cluster: string | null,
  namespace: string | null,
  fallback: string,
  source?: string,
): PodFeed {
  const [state, setState] = useState<PodWatchState>(INITIAL_POD_STATE);
  const watchRef = useRef<PodWatch | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new source is asked anew
  useEffect(() => {
    setState({ ...INITIAL_POD_STATE, namespace });
    if (cluster === null) return;
    const watch = new PodWatch({
      cluster,
      namespaces: namespace === null ? [null, fallback] : [namespace],
      onState: setState,
    });
    watchRef.current = watch;
    watch.start();
    const release = whileSeen(watch);
    return () => {
      release();
      watch.stop();
      watchRef.current = null;
    };
  }, [cluster, namespace, fallback, source]);

  const retry = useCallback(() => watchRef.current?.start(), []);
  return { ...state, retry };
}

/** Pauses the watch when the page has been hidden for a while; starts it again when it is seen or back online. */
function whileSeen(watch: PodWatch): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let paused = false;
  const onVisibility = () => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => {
        paused = true;
        watch.pause();
      }, HIDDEN_FOR_MS);
    } else if (paused) {
      paused = false;
      watch.start();
    }
  };
  const onOnline = () => {
    if (!paused) watch.start();
  };
  document.addEventListener("visibilitychange", onVisibility);
  window.addEventListener("online", onOnline);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onVisibility);
    window.removeEventListener("online", onOnline);
  };
}
