"use client";
import { useEffect } from "react";
import { runKind } from "#components/terminal/session/run-choice.ts";
import { isLive, useTabs } from "./tabs-store.ts";

/**
 * A browser's tab with a running shell is not closed by a slip either: the browser asks, in its own words. A reload is
 * asked about as well, which no page can tell apart. Whoever leaves finds the shell again in the next window. What is
 * only attached to runs on whatever becomes of the page, and is not asked about.
 */
export function useLeaveGuard(): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      const { tabs, summaries } = useTabs.getState();
      const own = tabs.filter((tab) => runKind(tab.target.run) !== "attach");
      if (own.some((tab) => isLive(tab, summaries[tab.id]))) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);
}
