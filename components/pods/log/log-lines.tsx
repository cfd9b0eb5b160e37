"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type Ref, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { LogLine } from "./log-line.ts";
import { LogRow, MORE_CHARS, type RowMatches, SHOWN_CHARS } from "./log-row.tsx";
import type { Match } from "./log-search.ts";

const LINE_PX = 20;
const OVERSCAN_LINES = 20;
/** So near the end counts as at the end. */
const END_PX = 24;

export interface Found {
  matches: readonly Match[];
  length: number;
  /** At which the search stands. */
  at: number;
}

interface LogLinesProps {
  ref: Ref<HTMLDivElement>;
  lines: readonly LogLine[];
  times: boolean;
  /** Keeps the last line in view. */
  following: boolean;
  found: Found | null;
  /** The person has scrolled away from the end. */
  onHold: () => void;
  /** The person has scrolled back to it. */
  onFollow: () => void;
}

/** Lines of text, wrapped to the width; only those in view are in the document. */
export function LogLines({ ref, lines, times, following, found, onHold, onFollow }: LogLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  /** How much of a long line is shown, by its id. */
  const [shown, setShown] = useState<ReadonlyMap<number, number>>(new Map());
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => lines[index]?.id ?? index,
    estimateSize: () => LINE_PX,
    overscan: OVERSCAN_LINES,
    // Before it is measured: enough lines for any window, so that the first ones are there at once.
    initialRect: { width: 800, height: 800 },
  });
  const height = virtualizer.getTotalSize();
  const byLine = useMemo(() => matchesByLine(found), [found]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the height moves the end
  useEffect(() => {
    const element = scroller.current;
    if (following && element) element.scrollTop = element.scrollHeight;
  }, [following, height, lines]);

  const current = found?.matches[found.at];
  const currentLine = current && lines[current.line];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the match is scrolled to when it changes, not with each line
  useEffect(() => {
    if (!current || !currentLine) return;
    const end = current.at + (found?.length ?? 0);
    // A match in what is not shown of a long line would not be seen.
    if (end > (shown.get(currentLine.id) ?? SHOWN_CHARS))
      setShown(new Map(shown).set(currentLine.id, end + SHOWN_CHARS));
    virtualizer.scrollToIndex(current.line, { align: "center" });
  }, [currentLine?.id, current?.at]);

  const firstId = lines[0]?.id ?? 0;
  const before = useRef(firstId);
  // Earlier lines come in front: what is read stays where it is.
  useLayoutEffect(() => {
    const came = before.current - firstId;
    before.current = firstId;
    if (came > 0 && came < lines.length && !following) virtualizer.scrollToIndex(came, { align: "start" });
  }, [firstId, lines.length, following, virtualizer]);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
    // Following scrolls as well, but only downwards: a step up is the person's.
    const up = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    if (!atEnd && up && following) onHold();
    else if (atEnd && !up && !following) onFollow();
  };

  return (
    <div
      ref={(element) => {
        scroller.current = element;
        if (typeof ref === "function") ref(element);
        else if (ref) ref.current = element;
      }}
      role="log"
      aria-label="Log"
      // Read on demand: a busy log would talk without end.
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      onScroll={onScroll}
      className="min-h-0 flex-1 overflow-y-auto py-1.5 font-mono text-mono outline-none focus-visible:shadow-[inset_0_2px_0_var(--accent)]"
    >
      <div className="relative" style={{ height }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          const chars = shown.get(line.id) ?? SHOWN_CHARS;
          const starts = byLine.get(item.index);
          const matches: RowMatches | null = starts
            ? {
                starts,
                length: found?.length ?? 0,
                current: current?.line === item.index ? current.at : -1,
              }
            : null;
          return (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="absolute inset-x-0 top-0 whitespace-pre-wrap px-3.5 [overflow-wrap:anywhere]"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <LogRow
                line={line}
                times={times}
                shown={chars}
                matches={matches}
                onMore={() => setShown(new Map(shown).set(line.id, chars + MORE_CHARS))}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function matchesByLine(found: Found | null): Map<number, number[]> {
  const byLine = new Map<number, number[]>();
  for (const { line, at } of found?.matches ?? []) {
    const starts = byLine.get(line);
    if (starts) starts.push(at);
    else byLine.set(line, [at]);
  }
  return byLine;
}
