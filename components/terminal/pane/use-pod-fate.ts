"use client";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { type PodFate, wasCutOff } from "../session/pod-fate.ts";
import type { SessionView } from "../session/session-view.ts";

/** A successor takes seconds to run; who looks on is not left without it. */
const ASK_AGAIN_MS = [0, 2_000, 5_000, 10_000, 20_000];

/** @param since when the shell began */
export type AskFate = (since: number, signal: AbortSignal) => Promise<PodFate | null>;

/** Once a shell was cut off: what the cluster says of its pod. Null until that is known, and when there is nothing. */
export function usePodFate(view: SessionView, ask: AskFate): PodFate | null {
  const [fate, setFate] = useState<PodFate | null>(null);
  const latest = useRef(ask);
  useLayoutEffect(() => {
    latest.current = ask;
  });
  const cutOff = wasCutOff(view.state);
  const since = view.startedAt ?? 0;

  useEffect(() => {
    if (!cutOff) return setFate(null);
    const over = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askIn = ([wait, ...later]: readonly number[]) => {
      if (wait === undefined) return;
      timer = setTimeout(async () => {
        // A cluster that does not answer leaves the note as it is.
        const found = await latest.current(since, over.signal).catch(() => null);
        if (over.signal.aborted) return;
        if (found) setFate(found);
        if (!found || (found.kind === "deleted" && !found.successor)) askIn(later);
      }, wait);
    };
    askIn(ASK_AGAIN_MS);
    return () => {
      over.abort();
      clearTimeout(timer);
    };
  }, [cutOff, since]);

  return fate;
}
