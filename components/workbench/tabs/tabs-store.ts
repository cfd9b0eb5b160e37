"use client";
/** The open tabs: shells and logs. They and their session ids survive a reload, so that it finds the same shells. */
import { create } from "zustand";
import type { TerminalSummary } from "#components/terminal/pane/terminal-summary.ts";
import { keep, keptObject } from "#components/ui/kept.ts";
import { newTabId, readTabs, type Tab } from "./tab.ts";

/** A page with more is no help to anyone, and each keeps a screen in memory. At the limit nothing opens. */
export const MAX_TABS = 40;

interface TabsStore {
  tabs: readonly Tab[];
  active: string | null;
  /** How each shell is, as its pane last said. Not kept over a reload. */
  summaries: Readonly<Record<string, TerminalSummary>>;
  /** Tabs whose program rang the bell, and that nobody has looked at since. */
  rung: ReadonlySet<string>;
}

export const useTabs = create<TabsStore>(() => ({ tabs: [], active: null, summaries: {}, rung: new Set() }));

const STORAGE_KEY = "porthole.tabs";

/** Opens a tab beside the active one and shows it. False when there are too many. */
export function openTab(tab: Omit<Tab, "id">): boolean {
  const { tabs, active } = useTabs.getState();
  if (tabs.length >= MAX_TABS) return false;
  const opened: Tab = { ...tab, id: newTabId() };
  // Beside the one it was probably opened from; at the end when none is active (an index of -1 gives 0).
  const at = tabs.findIndex((known) => known.id === active) + 1 || tabs.length;
  useTabs.setState({ tabs: [...tabs.slice(0, at), opened, ...tabs.slice(at)], active: opened.id });
  return true;
}

export function activateTab(id: string): void {
  useTabs.setState({ active: id });
}

/** Takes the tab away; its neighbour is shown. What runs in it is not touched. */
export function removeTab(id: string): void {
  const { tabs, active, summaries } = useTabs.getState();
  const at = tabs.findIndex((tab) => tab.id === id);
  if (at < 0) return;
  const left = tabs.filter((tab) => tab.id !== id);
  const { [id]: _gone, ...others } = summaries;
  const neighbour = left[Math.min(at, left.length - 1)]?.id ?? null;
  useTabs.setState({ tabs: left, summaries: others, active: active === id ? neighbour : active });
}

/** The next tab to the right (1) or left (-1), around the end. */
export function stepTab(step: 1 | -1): void {
  const { tabs, active } = useTabs.getState();
  const at = tabs.findIndex((tab) => tab.id === active);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (next) useTabs.setState({ active: next.id });
}

/** A pane reports. Its session's id goes into the tab, because that is what a reload finds the shell by. */
export function summarizeTab(id: string, summary: TerminalSummary): void {
  useTabs.setState(({ tabs, summaries }) => ({
    summaries: { ...summaries, [id]: summary },
    tabs: tabs.map((tab) =>
      tab.id === id && tab.sessionId !== summary.sessionId ? { ...tab, sessionId: summary.sessionId } : tab,
    ),
  }));
}

/** The bell of a program. A tab that is looked at needs no mark. */
export function ringTab(id: string): void {
  if (useTabs.getState().active === id && !document.hidden) return;
  useTabs.setState(({ rung }) => (rung.has(id) ? {} : { rung: new Set(rung).add(id) }));
}

/** Looked at: the shown tab, in a page that is seen. Once per page. */
export function keepBells(): () => void {
  const look = () => {
    const { active, rung } = useTabs.getState();
    if (document.hidden || active === null || !rung.has(active)) return;
    useTabs.setState({ rung: new Set([...rung].filter((id) => id !== active)) });
  };
  document.addEventListener("visibilitychange", look);
  const stop = useTabs.subscribe(look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    stop();
  };
}

/** The same pod in another container: a shell begins anew there. What was chosen to run is of the one before. */
export function changeContainer(id: string, container: string): void {
  const tab = useTabs.getState().tabs.find((known) => known.id === id);
  if (tab) retargetTab(id, { ...tab.target, container, run: undefined });
}

/** The tab leads elsewhere, or starts something else there. */
export function retargetTab(id: string, target: Tab["target"]): void {
  useTabs.setState(({ tabs }) => ({
    tabs: tabs.map((tab) => (tab.id === id ? { ...tab, target, sessionId: null } : tab)),
  }));
}

/** True while closing the tab would leave something running. */
export function isLive(tab: Tab, summary: TerminalSummary | undefined): boolean {
  if (tab.kind === "log" || tab.sessionId === null) return false;
  return summary === undefined || (summary.state !== "ended" && summary.state !== "refused");
}

/**
 * Once, when the page has arrived; from then on every change is kept. Where storage is off a reload begins empty: the
 * shells run on, and are found under Sessions.
 */
export function keepTabs(): () => void {
  const { tabs, active } = readTabs(keptObject(STORAGE_KEY, "sessionStorage"), MAX_TABS);
  useTabs.setState({
    tabs,
    active: tabs.some((tab) => tab.id === active) ? active : (tabs[0]?.id ?? null),
  });
  return useTabs.subscribe(({ tabs, active }, before) => {
    if (tabs === before.tabs && active === before.active) return;
    keep(STORAGE_KEY, JSON.stringify({ tabs, active }), "sessionStorage");
  });
}
