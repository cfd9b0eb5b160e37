"use client";
import { useSyncExternalStore } from "react";

/** Below --breakpoint-wide of globals.css: one thing at a time. */
const NARROW = "(max-width: 699.98px)";
/** A phone, or a tablet of any width: what a keyboard has must be on the screen. */
const HANDHELD = `${NARROW}, (pointer: coarse)`;

/** True in a narrow window. */
export function useNarrow(): boolean {
  return useMedia(NARROW);
}

export function useHandheld(): boolean {
  return useMedia(HANDHELD);
}

/** False while the page is being exported: no window is known then, and most are wide. */
function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => matchMedia(query).matches,
    () => false,
  );
}
