"use client";
import { Bell, ScrollText, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { TerminalSummary } from "#components/terminal/pane/terminal-summary.ts";
import { cn } from "#components/ui/cn.ts";
import { type DotTone, StatusDot } from "#components/ui/control/marks.tsx";
import { ClusterName } from "../place/cluster-name.tsx";
import { closeTab } from "./open-tabs.ts";
import { type Tab, tabDetail, tabTitle } from "./tab.ts";
import { activateTab, stepTab } from "./tabs-store.ts";

/** Closes a tab, as in the browser's own strip. */
const MIDDLE_BUTTON = 1;

/** The words are for a screen reader, to which a dot says nothing. A pulse means that something is being waited for. */
const STATES: Record<TerminalSummary["state"], { tone: DotTone; pulse?: boolean; words: string }> = {
  connecting: { tone: "warn", pulse: true, words: "connecting" },
  live: { tone: "ok", words: "live" },
  behind: { tone: "warn", words: "catching up" },
  reconnecting: { tone: "warn", pulse: true, words: "reconnecting" },
  ended: { tone: "idle", words: "ended" },
  refused: { tone: "bad", words: "refused" },
};

interface TabStripProps {
  tabs: readonly Tab[];
  active: string | null;
  summaries: Readonly<Record<string, TerminalSummary>>;
  rung: ReadonlySet<string>;
  /** Tabs of another cluster than this one say so. */
  cluster: string | null;
}

export function tabElementId(id: string): string {
  return `tab-${id}`;
}

export function tabPanelId(id: string): string {
  return `tab-panel-${id}`;
}

/** The open shells and logs. The crosses are for the pointer; with the keyboard Delete closes a tab. */
export function TabStrip({ tabs, active, summaries, rung, cluster }: TabStripProps) {
  const strip = useRef<HTMLDivElement>(null);

  // The strip scrolls without a bar. A tab that was chosen by key or palette may be out of sight.
  useEffect(() => {
    if (active === null) return;
    strip.current
      ?.querySelector('[aria-selected="true"]')
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowRight") stepTab(1);
    else if (event.key === "ArrowLeft") stepTab(-1);
    else if (event.key === "Delete" && active !== null) closeTab(active);
    else return;
    event.preventDefault();
    // One tab stop for the whole strip (ARIA tabs), so the focus follows the selection once it is drawn.
    requestAnimationFrame(() => strip.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };

  return (
    <div className="shrink-0 border-b bg-panel">
      <div
        ref={strip}
        role="tablist"
        aria-label="Open terminals and logs"
        onKeyDown={onKeyDown}
        className="-mb-px flex h-9 items-end gap-0.5 overflow-x-auto px-1.5 [scrollbar-width:none] max-wide:h-11"
      >
        {tabs.map((tab) => (
          <TabHandle
            key={tab.id}
            tab={tab}
            detail={tabDetail(tab, tabs)}
            selected={tab.id === active}
            summary={summaries[tab.id]}
            rung={rung.has(tab.id)}
            // Typing into the wrong cluster begins with a tab that does not say where it leads.
            foreign={cluster !== null && tab.target.cluster !== cluster}
          />
        ))}
      </div>
    </div>
  );
}

function TabHandle({
  tab,
  detail,
  selected,
  summary,
  rung,
  foreign,
}: {
  tab: Tab;
  detail: string;
  selected: boolean;
  summary: TerminalSummary | undefined;
  rung: boolean;
  foreign: boolean;
}) {
  const state = summary ? STATES[summary.state] : undefined;
  // An exit status that did not arrive is no success either.
  const failed = summary?.state === "ended" && summary.exitCode !== 0;
  const title = tabTitle(tab);
  return (
    <div
      role="presentation"
      onAuxClick={(event) => event.button === MIDDLE_BUTTON && closeTab(tab.id)}
      className={cn(
        "group flex h-8 shrink-0 items-center rounded-t-md border border-b-0 font-mono text-sm max-wide:h-10",
        selected
          ? "border-line bg-term text-text"
          : "border-transparent text-dim hover:bg-hover hover:text-text",
      )}
    >
      <button
        type="button"
        role="tab"
        id={tabElementId(tab.id)}
        aria-selected={selected}
        aria-controls={tabPanelId(tab.id)}
        tabIndex={selected ? 0 : -1}
        // In full, as the strip has room for the pod alone.
        title={`${[tab.target.cluster, tab.target.namespace, tab.target.pod, tab.target.container].join(" / ")}${rung ? " (its bell rang)" : ""}`}
        onClick={() => activateTab(tab.id)}
        className="flex h-full min-w-0 items-center gap-2 pr-1 pl-3"
      >
        {tab.kind === "log" ? (
          <ScrollText aria-hidden="true" className="size-3 shrink-0 text-faint" />
        ) : (
          <StatusDot tone={failed ? "bad" : (state?.tone ?? "idle")} pulse={state?.pulse ?? false} />
        )}
        <span className="max-w-56 truncate">{title}</span>
        {detail !== "" && <span className="max-w-32 truncate text-faint">{detail}</span>}
        {foreign && (
          <span className="flex min-w-0 max-w-44 gap-1 text-faint">
            on <ClusterName name={tab.target.cluster} />
          </span>
        )}
        {rung && <Bell aria-hidden="true" className="size-3 shrink-0 text-warn" />}
        {state && <span className="sr-only">, {state.words}</span>}
        {rung && <span className="sr-only">, its bell rang</span>}
      </button>
      {/* A tab may hold no button (ARIA), so this stands beside it and is hidden from a screen reader. */}
      <button
        type="button"
        aria-hidden="true"
        tabIndex={-1}
        title={`Close ${title}`}
        onClick={() => closeTab(tab.id)}
        className="mr-1.5 grid size-5 place-items-center rounded-sm text-faint hover:bg-raise hover:text-text max-wide:size-8"
      >
        <X className="size-3" />
      </button>
    </div>
  );
}
