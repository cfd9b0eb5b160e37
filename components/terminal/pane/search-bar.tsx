"use client";
import type { SearchAddon } from "@xterm/addon-search";
import { CaseSensitive, ChevronDown, ChevronUp, Regex, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Input } from "#components/ui/control/input.tsx";
import type { TerminalScreen } from "../screen/terminal-screen.ts";

/** A search over 5 000 lines takes a few milliseconds; one per keystroke of a fast typist would add up. */
const SEARCH_AFTER_MS = 60;
/** Solid colours in #rrggbb, as the addon wants them; readable under both themes' text. */
const HIGHLIGHTS = {
  matchBackground: "#7a5b16",
  matchOverviewRuler: "#d29922",
  activeMatchBackground: "#1f6f68",
  activeMatchBorder: "#41c7b9",
  activeMatchColorOverviewRuler: "#41c7b9",
};

interface Found {
  index: number;
  count: number;
}

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
  const [found, setFound] = useState<Found | null>(null);
  const [addon, setAddon] = useState<SearchAddon | null>(null);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    // The addon is fetched on its first use, so the bar may be closed before it is there.
    let closed = false;
    let loaded: SearchAddon | null = null;
    let results: { dispose(): void } | null = null;
    void screen.search().then((search) => {
      if (closed) return;
      loaded = search;
      results = search.onDidChangeResults(({ resultIndex, resultCount }) =>
        setFound({ index: resultIndex, count: resultCount }),
      );
      setAddon(search);
    });
    field.current?.focus();
    return () => {
      closed = true;
      results?.dispose();
      loaded?.clearDecorations();
    };
  }, [screen]);

  const valid = !regex || isRegex(text);
  const options = { caseSensitive, regex, decorations: HIGHLIGHTS };

  useEffect(() => {
    if (!addon) return;
    const search = { caseSensitive, regex, decorations: HIGHLIGHTS, incremental: true };
    const timer = setTimeout(() => {
      // From the end upwards: in a terminal the newest match is the likeliest.
      if (text !== "" && valid) addon.findPrevious(text, search);
      else {
        addon.clearDecorations();
        setFound(null);
      }
    }, SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [addon, text, valid, caseSensitive, regex]);

  const move = (back: boolean) => {
    if (!addon || text === "" || !valid) return;
    if (back) addon.findPrevious(text, options);
    else addon.findNext(text, options);
  };

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
        {resultWords(text, valid, found)}
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

function resultWords(text: string, valid: boolean, found: Found | null): string {
  if (!valid) return "incomplete";
  if (text === "" || !found) return "";
  if (found.count === 0) return "none";
  // Past its limit the addon counts no further and says -1.
  return found.index === -1 ? `${found.count}+` : `${found.index + 1} of ${found.count}`;
}

function isRegex(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
