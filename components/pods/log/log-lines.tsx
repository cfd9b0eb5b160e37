"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { LogLine } from "./log-buffer.ts";

const LINE_PX = 20;
const OVERSCAN_LINES = 20;
/** So near the end counts as at the end. */
const END_PX = 24;

interface LogLinesProps {
  lines: readonly LogLine[];
  times: boolean;
  /** Keeps the last line in view. */
  following: boolean;
  /** The person has scrolled away from the end. */
  onHold: () => void;
  /** The person has scrolled back to it. */
  onFollow: () => void;
}

/** Lines of text, wrapped to the width; only those in view are in the document. */
export function LogLines({ lines, times, following, onHold, onFollow }: LogLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the height moves the end
  useEffect(() => {
    const element = scroller.current;
    if (following && element) element.scrollTop = element.scrollHeight;
  }, [following, height, lines]);

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
      ref={scroller}
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
          return (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="absolute inset-x-0 top-0 whitespace-pre-wrap px-3.5 [overflow-wrap:anywhere]"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {times && line?.time && <span className="select-none text-faint">{line.time} </span>}
              {line?.text || " "}
            </div>
          );
        })}
      </div>
    </div>
  );
}
