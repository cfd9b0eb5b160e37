"use client";
import { lazy, Suspense, useEffect, useState } from "react";
import { Waiting } from "#components/ui/waiting";
import { closeTab } from "./open-tabs";
import type { Tab } from "./tab";
import { tabElementId, tabPanelId } from "./tab-strip";
import { changeContainer, summarizeTab } from "./tabs-store";

/** The terminal's code comes with the first one, or ahead of it, see preloadTerminal. */
const loadTerminal = () => import("#components/terminal/terminal-pane");
const TerminalPane = lazy(() => loadTerminal().then((module) => ({ default: module.TerminalPane })));
const LogPane = lazy(() =>
  import("#components/pods/log-pane").then((module) => ({ default: module.LogPane })),
);

/** Called when a pod is selected: its shell is then a moment nearer. */
export function preloadTerminal(): void {
  loadTerminal().catch(() => {
    // Opening one tries again, and says so when it fails.
  });
}

/**
 * The panes of all tabs that were ever looked at; the others wait, so that a reload with many tabs attaches to one
 * shell and not to all. A hidden pane keeps its screen.
 */
export function TabPanels({
  tabs,
  active,
  seen,
}: {
  tabs: readonly Tab[];
  active: string | null;
  seen: boolean;
}) {
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (active !== null) setVisited((before) => (before.has(active) ? before : new Set(before).add(active)));
  }, [active]);

  return (
    <>
      {tabs.map((tab) => {
        const shown = tab.id === active;
        return (
          <div
            key={tab.id}
            id={tabPanelId(tab.id)}
            role="tabpanel"
            aria-labelledby={tabElementId(tab.id)}
            hidden={!shown}
            className="min-h-0 flex-1 flex-col bg-term not-[[hidden]]:flex"
          >
            {(shown || visited.has(tab.id)) && (
              <Suspense
                fallback={
                  <Waiting className="p-4">{`Loading the ${tab.kind === "log" ? "log" : "terminal"}`}</Waiting>
                }
              >
                <TabPane tab={tab} active={shown && seen} />
              </Suspense>
            )}
          </div>
        );
      })}
    </>
  );
}

function TabPane({ tab, active }: { tab: Tab; active: boolean }) {
  if (tab.kind === "log") {
    return (
      <LogPane
        target={tab.target}
        active={active}
        onContainerChange={(container) => changeContainer(tab.id, container)}
      />
    );
  }
  return (
    <TerminalPane
      target={tab.target}
      sessionId={tab.sessionId}
      active={active}
      onSummary={(summary) => summarizeTab(tab.id, summary)}
      onContainerChange={(container) => changeContainer(tab.id, container)}
      onClose={() => closeTab(tab.id)}
    />
  );
}
