"use client";
import { CaseSensitive, ChevronDown, ChevronUp, Regex, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import type { TerminalScreen } from "../screen/terminal-screen.ts";
import { patternOf, type SearchQuery } from "../search/line-matches.ts";
import type { SearchResult, TerminalSearch } from "../search/terminal-search.ts";

/** One search per keystroke of a fast typist would add up. */
const SEARCH_AFTER_MS = 60;

interface ToggleProps {
  name: string;
  on: boolean;
  onChange(on: boolean): void;
  children: ReactNode;
}

/** Finds text in the screen and its scrollback. Escape leads back to the terminal. */
export function SearchBar({ screen, onClose }: { screen: TerminalScreen; onClose(): void }) {
  const [text, setText] = useState("");
  const [caseSensitive, setCaseSensitive] = useState(false);
  const [regex, setRegex] = useState(false);
  const [result, setResult] = useState<SearchResult | null>(null);
  const [search, setSearch] = useState<TerminalSearch | null>(null);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    // Its code is fetched on its first use, so the bar may be closed before it is there.
    let closed = false;
    let loaded: TerminalSearch | null = null;
    void screen.search().then((ready) => {
      if (closed) return;
      loaded = ready;
      ready.listen(setResult);
      setSearch(ready);
    });
    field.current?.focus();
    return () => {
      closed = true;
      loaded?.listen(null);
      loaded?.search(null);
    };
  }, [screen]);

  const valid = isPattern({ text, caseSensitive, regex });

  useEffect(() => {
    const query = text !== "" && valid ? { text, caseSensitive, regex } : null;
    const timer = setTimeout(() => search?.search(query), SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [search, text, valid, caseSensitive, regex]);

  const move = (back: boolean) => search?.move(back ? -1 : 1);

  return (
    <search className="absolute top-2 right-4 z-20 flex max-w-[calc(100%-2rem)] items-center gap-1 rounded-[8px] border border-line-strong bg-panel p-1">
      <Input
        ref={field}
        value={text}
        aria-label="Search in the terminal"
        aria-invalid={!valid}
        placeholder="Search"
        className="h-6.5 w-48 font-mono text-mono"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") move(!event.shiftKey);
          else if (event.key === "Escape") onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {/* A live region: the count is read out while the field keeps the focus. */}
      <output className="min-w-16 px-1 text-center text-dim text-sm tabular-nums">
        {text === "" ? "" : valid ? resultWords(result) : "incomplete"}
      </output>
      <Toggle name="Match case" on={caseSensitive} onChange={setCaseSensitive}>
        <CaseSensitive />
      </Toggle>
      <Toggle name="Regular expression" on={regex} onChange={setRegex}>
        <Regex />
      </Toggle>
      <Button size="sm" square variant="ghost" aria-label="Earlier match" onClick={() => move(true)}>
        <ChevronUp />
      </Button>
      <Button size="sm" square variant="ghost" aria-label="Later match" onClick={() => move(false)}>
        <ChevronDown />
      </Button>
      <Button size="sm" square variant="ghost" aria-label="Close the search" onClick={onClose}>
        <X />
      </Button>
    </search>
  );
}

/** Stays pressed, and says so to a screen reader. */
function Toggle({ name, on, onChange, children }: ToggleProps) {
  return (
    <Button
      size="sm"
      square
      variant={on ? "default" : "ghost"}
      aria-label={name}
      aria-pressed={on}
      onClick={() => onChange(!on)}
    >
      {children}
    </Button>
  );
}

function resultWords(result: SearchResult | null): string {
  switch (result?.kind) {
    case "searching":
      return "…";
    case "too-long":
      return "too long to search";
    case "failed":
      return "search failed";
    case "found":
      if (result.count === 0) return "none";
      // Earlier ones are not counted: their number would grow with each one that is looked for.
      return `${result.index + 1} of ${result.count}${result.more ? "+" : ""}`;
    default:
      return "";
  }
}

function isPattern(query: SearchQuery): boolean {
  try {
    patternOf(query);
    return true;
  } catch {
    return false;
  }
}
