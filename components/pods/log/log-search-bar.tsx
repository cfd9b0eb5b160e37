"use client";
import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import type { Found } from "./log-lines.tsx";
import { MAX_MATCHES } from "./log-search.ts";

interface LogSearchBarProps {
  query: string;
  found: Found | null;
  /** Counts the wishes to search: each brings the focus here. */
  wished: number;
  onQuery: (query: string) => void;
  onMove: (step: 1 | -1) => void;
  onClose: () => void;
}

/** Finds text in the lines that are kept. Enter goes up, to what is older, as the terminal's search does. */
export function LogSearchBar({ query, found, wished, onQuery, onMove, onClose }: LogSearchBarProps) {
  const field = useRef<HTMLInputElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish takes the focus anew
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [wished]);

  return (
    <search className="flex shrink-0 items-center gap-1 border-b bg-panel px-2 py-1">
      <Input
        ref={field}
        value={query}
        aria-label="Search in the log"
        placeholder="Search"
        className="h-6.5 max-w-64 flex-1 font-mono text-mono"
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === "F3") onMove(event.shiftKey ? 1 : -1);
          else if (event.key === "Escape") onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {/* A live region: the count is read out while the field keeps the focus. */}
      <output className="min-w-16 px-1 text-center text-dim text-sm tabular-nums">
        {words(query, found)}
      </output>
      <Button size="sm" square variant="ghost" aria-label="Earlier match" onClick={() => onMove(-1)}>
        <ChevronUp />
      </Button>
      <Button size="sm" square variant="ghost" aria-label="Later match" onClick={() => onMove(1)}>
        <ChevronDown />
      </Button>
      <Button size="sm" square variant="ghost" aria-label="Close the search" onClick={onClose}>
        <X />
      </Button>
    </search>
  );
}

function words(query: string, found: Found | null): string {
  if (query === "" || !found) return "";
  const count = found.matches.length;
  if (count === 0) return "none";
  return `${found.at + 1} of ${count}${count === MAX_MATCHES ? "+" : ""}`;
}
