"use client";
import { useEffect, useState } from "react";
import { runKind } from "#components/terminal/session/run-choice.ts";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { useLayout } from "../layout/layout-store.ts";
import { closeTab, endShell, openShell } from "./open-tabs.ts";
import type { Tab } from "./tab.ts";
import { tabElementId, tabPanelId } from "./tab-strip.tsx";
import { changeContainer, ringTab, summarizeTab } from "./tabs-store.ts";

/** Its code comes with the first one, or ahead of it when a pod is selected. */
const Terminal = lazyPart("terminal", () =>
  import("#components/terminal/pane/terminal-pane.tsx").then((module) => module.TerminalPane),
);
const Log = lazyPart("log", () =>
  import("#components/pods/log/log-pane.tsx").then((module) => module.LogPane),
);

export const preloadTerminal = Terminal.preload;

/**
 * The panes of all tabs that were ever looked at; the others wait, so that a reload with many tabs attaches to one
 * shell and not to all. A hidden pane keeps its screen.
 */
export function TabPanels({
  tabs,
  active,
  seen,
  leaving,
}: {
  tabs: readonly Tab[];
  active: string | null;
  /** When the deletion of a tab's pod ends what runs there; null where nobody knows of one. */
  leaving: (target: Tab["target"]) => number | null;
  /** False while a narrow window shows another view: the active pane then takes no focus. */
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
            // Hidden, not taken away: xterm keeps its screen, and the socket goes on.
            hidden={!shown}
            className="min-h-0 flex-1 flex-col bg-term not-[[hidden]]:flex"
          >
            {(shown || visited.has(tab.id)) && (
              <TabPane tab={tab} active={shown && seen} deletedBy={leaving(tab.target)} />
            )}
          </div>
        );
      })}
    </>
  );
}

function TabPane({ tab, active, deletedBy }: { tab: Tab; active: boolean; deletedBy: number | null }) {
  if (tab.kind === "log") {
    return (
      <Log.Part
        target={tab.target}
        active={active}
        onContainerChange={(container) => changeContainer(tab.id, container)}
      />
    );
  }
  return (
    <Terminal.Part
      target={tab.target}
      sessionId={tab.sessionId}
      active={active}
      onSummary={(summary) => summarizeTab(tab.id, summary)}
      onBell={() => ringTab(tab.id)}
      deletedBy={deletedBy}
      askFate={async (since, signal) => (await import("./pod-fate.ts")).podFate(tab.target, since, signal)}
      onSuccessor={(successor) => openShell({ ...tab.target, ...successor })}
      onContainerChange={(container) => changeContainer(tab.id, container)}
      onChoose={() => chooseRun(tab)}
      onEnd={(sessionId) => void endShell(sessionId, tab.target.pod, runKind(tab.target.run))}
      onClose={() => closeTab(tab.id)}
    />
  );
}

/** In the same tab: what failed there has nothing to show. */
function chooseRun({ id, target }: Tab): void {
  const { containers, run, windows, ...place } = target;
  const opening = { ...place, containers: containers.map((name) => ({ name })), run, windows, tab: id };
  useLayout.setState({ opening });
}
