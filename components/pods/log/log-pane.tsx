"use client";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { plural } from "#components/ui/format.ts";
import { copyText } from "#components/ui/overlay/clipboard.ts";
import { LogEnd } from "./log-end.tsx";
import { logFileName, logText, saveFile } from "./log-file.ts";
import { LogHead } from "./log-head.tsx";
import { LogLines } from "./log-lines.tsx";
import { LogSearchBar } from "./log-search-bar.tsx";
import type { LogTarget } from "./log-source.ts";
import type { LogState } from "./log-state.ts";
import { useLog } from "./use-log.ts";
import { useLogSearch } from "./use-log-search.ts";

interface LogPaneProps {
  target: LogTarget & { containers: string[] };
  active: boolean;
  onContainerChange: (container: string) => void;
}

/** The log of a container, as it is written. Scrolling up holds the view; new lines are counted meanwhile. */
export function LogPane({ target, active, onContainerChange }: LogPaneProps) {
  const { cluster, namespace, pod, container } = target;
  const [previous, setPrevious] = useState(false);
  const [times, setTimes] = useState(false);
  const log = useLog(cluster, namespace, pod, container, previous, active);
  /** The lines as they were when the view was held; null while it follows. */
  const [held, setHeld] = useState<LogState | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = held ?? log;
  const search = useLogSearch(shown.lines);
  const last = log.lines.at(-1)?.id ?? -1;
  // By ids, not by lengths: the front may have been cut off meanwhile.
  const fresh = held === null ? 0 : last - (held.lines.at(-1)?.id ?? -1);

  // Earlier lines were asked for by who holds the view: they are wanted in it.
  const first = log.lines[0]?.id ?? 0;
  const heldFirst = held?.lines[0]?.id ?? 0;
  useEffect(() => {
    if (first < heldFirst) setHeld((before) => before && log);
  }, [first, heldFirst, log]);

  const wish = search.wish;
  const onKeyDown = (event: KeyboardEvent) => {
    const find = event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey) && !event.altKey;
    if (find) wish();
    else if (event.key === "F3" && search.open) move(event.shiftKey ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // Nothing else has the focus: then the log in front is meant.
  useEffect(() => {
    if (!active) return;
    const onKey = (event: globalThis.KeyboardEvent) => {
      const find = event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey) && !event.altKey;
      if (!find || document.activeElement !== document.body) return;
      event.preventDefault();
      wish();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });

  const hold = () => setHeld((before) => before ?? log);
  const move = (step: 1 | -1) => {
    hold();
    search.move(step);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of everything in the pane end here
    <div className="flex min-h-0 flex-1 flex-col" onKeyDown={onKeyDown}>
      <LogHead
        target={target}
        phase={log.phase}
        previous={previous}
        times={times}
        following={held === null}
        fresh={fresh}
        empty={shown.lines.length === 0}
        onContainer={onContainerChange}
        onPrevious={() => {
          // What was held belongs to the other run.
          setHeld(null);
          setPrevious(!previous);
        }}
        onTimes={() => setTimes(!times)}
        onSearch={wish}
        onCopy={() => void copyText(logText(log.lines, times), "log")}
        onDownload={() => saveFile(logFileName(target, previous, Date.now()), logText(log.lines, times))}
        onFollowing={() => setHeld(held === null ? log : null)}
      />
      {search.open && (
        <LogSearchBar
          query={search.query}
          found={search.found}
          wished={search.wished}
          onQuery={(query) => {
            // The view stays at what was found.
            if (query !== "") hold();
            search.setQuery(query);
          }}
          onMove={move}
          onClose={() => {
            search.close();
            scroller.current?.focus();
          }}
        />
      )}
      <EarlierLines
        log={log}
        onLoad={() => {
          hold();
          log.loadEarlier();
        }}
      />
      <LogLines
        ref={scroller}
        lines={shown.lines}
        times={times}
        following={held === null}
        found={search.found}
        onHold={hold}
        onFollow={() => search.open || setHeld(null)}
      />
      <LogEnd log={log} previous={previous} />
    </div>
  );
}

/** Above the lines: that there are more, and the way to them. */
function EarlierLines({ log, onLoad }: { log: LogState; onLoad: () => void }) {
  if (log.earlier === "none" && log.dropped === 0) return null;
  const count = plural(log.lines.length, "line");
  return (
    <div className="flex min-h-8 items-center gap-2 border-b bg-panel px-3 py-0.5 text-dim text-sm">
      <p className="min-w-0 flex-1">
        {log.dropped > 0
          ? `${plural(log.dropped, "earlier line")} dropped; the page keeps the last ${count}.`
          : `These are the last ${count}; there may be earlier ones.`}
      </p>
      {log.earlier !== "none" && (
        <Button size="sm" disabled={log.earlier === "loading"} onClick={onLoad}>
          {log.earlier === "loading" ? "Loading" : "Load earlier"}
        </Button>
      )}
    </div>
  );
}
