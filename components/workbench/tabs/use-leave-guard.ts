"use client";
import { useEffect } from "react";
import { isLive, useTabs } from "./tabs-store.ts";

/**
 * A browser's tab with a running shell is not closed by a slip either: the browser asks, in its own words. A reload is
 * asked about as well, which no page can tell apart. Whoever leaves finds the shell again in the next window.
 */
export function useLeaveGuard(): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      const { tabs, summaries } = useTabs.getState();
      if (tabs.some((tab) => isLive(tab, summaries[tab.id]))) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);
}
