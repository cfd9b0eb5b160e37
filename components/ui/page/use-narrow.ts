"use client";
import { useSyncExternalStore } from "react";

/** Below --breakpoint-wide of globals.css: one thing at a time. */
const NARROW_QUERY = "(max-width: 699.98px)";

function subscribe(changed: () => void): () => void {
  const media = matchMedia(NARROW_QUERY);
  media.addEventListener("change", changed);
  return () => media.removeEventListener("change", changed);
}

/** True in a narrow window. False while the page is being exported. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(NARROW_QUERY).matches,
    () => false,
  );
}
