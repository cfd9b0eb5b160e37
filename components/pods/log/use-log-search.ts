"use client";
import { useDeferredValue, useMemo, useState } from "react";
import type { LogLine } from "./log-line.ts";
import type { Found } from "./log-lines.tsx";
import { findMatches } from "./log-search.ts";

export interface LogSearch {
  open: boolean;
  query: string;
  wished: number;
  found: Found | null;
  setQuery: (query: string) => void;
  move: (step: 1 | -1) => void;
  wish: () => void;
  close: () => void;
}

/** The search of one pane: where it stands is a line and not a number, since lines come and go. */
export function useLogSearch(lines: readonly LogLine[]): LogSearch {
  const [query, setQuery] = useState("");
  const [wished, setWished] = useState(0);
  const [open, setOpen] = useState(false);
  /** Null: at the last match, which in a log is the likeliest. */
  const [place, setPlace] = useState<{ id: number; at: number } | null>(null);
  // Letters appear at once; megabytes are searched when there is time.
  const wanted = useDeferredValue(open ? query : "");
  const shown = useDeferredValue(lines);
  const matches = useMemo(() => findMatches(shown, wanted), [shown, wanted]);

  const found = useMemo<Found | null>(() => {
    if (wanted === "") return null;
    const stands = place
      ? matches.findLastIndex(({ line, at }) => {
          const id = shown[line]?.id ?? 0;
          return id < place.id || (id === place.id && at <= place.at);
        })
      : matches.length - 1;
    return { matches, length: wanted.length, at: Math.max(0, stands) };
  }, [matches, shown, wanted, place]);

  return {
    open,
    query,
    wished,
    // Of other lines than those that are drawn, the numbers would mean other lines.
    found: shown === lines ? found : null,
    setQuery: (text) => {
      setQuery(text);
      setPlace(null);
    },
    move: (step) => {
      if (!found || matches.length === 0) return;
      const next = matches[(found.at + step + matches.length) % matches.length]!;
      setPlace({ id: shown[next.line]?.id ?? 0, at: next.at });
    },
    wish: () => {
      setOpen(true);
      setWished((count) => count + 1);
    },
    close: () => setOpen(false),
  };
}
