"use client";
import { Search, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import { Kbd } from "#components/ui/control/marks.tsx";
import { POD_GRID_ID } from "./pod-list.tsx";
import { podRowId } from "./pod-list-row.tsx";

/** The page's "/" finds the field by it. */
export const POD_FILTER_ID = "pod-filter";

interface PodFilterBoxProps {
  query: string;
  onQuery: (query: string) => void;
  selected: string | null;
  /** The list is there: it is not while nothing matches. */
  listed: boolean;
  /** Arrow keys and Enter: they mean the list while the letters go here. */
  onKeyDown: (event: KeyboardEvent) => void;
}

/**
 * A combobox over the grid: the focus stays here while arrows move the selection there, so that a person types, looks,
 * and presses Enter without leaving the field.
 */
export function PodFilterBox({ query, onQuery, selected, listed, onKeyDown }: PodFilterBoxProps) {
  const leave = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Escape") return onKeyDown(event);
    event.preventDefault();
    // Twice Escape leads from a filtered list to the list with the keys of its own.
    if (query !== "") onQuery("");
    else document.getElementById(POD_GRID_ID)?.focus();
  };
  return (
    <div className="relative mx-2.5 mb-2 shrink-0">
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.25 size-3.5 -translate-y-1/2 text-faint"
      />
      <Input
        id={POD_FILTER_ID}
        role="combobox"
        aria-label="Filter pods"
        aria-autocomplete="list"
        aria-haspopup="grid"
        aria-expanded={listed}
        aria-controls={listed ? POD_GRID_ID : undefined}
        aria-activedescendant={listed && selected !== null ? podRowId(selected) : undefined}
        placeholder="Filter pods"
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={leave}
        className="border-line! px-7.5!"
      />
      <span className="absolute inset-y-0 right-1.5 flex items-center">
        {query === "" ? (
          <span className="max-wide:hidden">
            <Kbd>/</Kbd>
          </span>
        ) : (
          <Button
            size="sm"
            variant="ghost"
            square
            aria-label="Clear the filter"
            className="size-5.5! max-wide:size-7!"
            onClick={() => onQuery("")}
          >
            <X />
          </Button>
        )}
      </span>
    </div>
  );
}
