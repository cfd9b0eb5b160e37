"use client";
import { useEffect } from "react";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { refreshForwards, useForwardsStore } from "./forwards-store.ts";

/** Comes when it is shown, or with the first forward. */
export const ForwardsPanel = lazyPart("forwards", () =>
  import("./forwards-panel.tsx").then((module) => module.ForwardsPanel),
);

/** So often, because the cards show rates. A wait after each answer, not a beat: a slow answer is not overtaken. */
const POLL_MS = 2_000;

/** Keeps the store fresh while the page is seen and there is a forward to look at. Once per page. */
export function useForwardsPolling(): void {
  const any = useForwardsStore((store) => store.forwards.length > 0);

  // Once, whatever there is: forwards outlive the page that made them.
  useEffect(() => {
    void refreshForwards();
  }, []);

  useEffect(() => {
    if (!any) return;
    // On a narrow window the cards may be looked at much later than they are known.
    ForwardsPanel.preload();
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const look = async () => {
      if (!document.hidden) await refreshForwards();
      if (!stopped) timer = setTimeout(look, POLL_MS);
    };
    const onVisibility = () => {
      if (!document.hidden) void refreshForwards();
    };
    timer = setTimeout(look, POLL_MS);
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [any]);
}
