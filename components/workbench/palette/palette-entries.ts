"use client";
/** What the palette offers for what was typed. */
import { filterPods } from "#components/pods/list/pod-filter.ts";
import type { Pod } from "#components/pods/pod/pod.ts";
import { targetWords } from "#components/portforward/target-words.ts";
import type { ClusterInfo, ForwardInfo, SessionInfo } from "#protocol/api.ts";
import { calledName } from "../place/cluster-looks.ts";
import { type Tab, tabDetail, tabTitle } from "../tabs/tab.ts";

/** Everything that can be found. Plain values: what is offered for a query is a function of these, and tested as one. */
export interface PaletteSources {
  /** Of the namespaces that are listed: what the page has not read cannot be found. */
  pods: readonly Pod[];
  tabs: readonly Tab[];
  sessions: readonly SessionInfo[];
  forwards: readonly ForwardInfo[];
  clusters: readonly ClusterInfo[];
  /** The one that is looked at. */
  cluster: string | null;
  actions: readonly PaletteAction[];
}

export interface PaletteAction {
  label: string;
  hint?: string;
  run: () => void;
}

/** What an entry does follows from its type, in palette-list.tsx; nothing here touches the page. */
export type PaletteEntry =
  | { type: "shell" | "logs"; pod: Pod }
  | { type: "port"; pod: Pod; port: number }
  | { type: "tab"; tab: Tab; title: string; detail: string }
  | { type: "session"; session: SessionInfo }
  | { type: "forward"; forward: ForwardInfo }
  | { type: "cluster"; cluster: ClusterInfo }
  | { type: "action"; action: PaletteAction };

export interface PaletteSection {
  heading: string;
  entries: PaletteEntry[];
}

/** More is not read but typed away: another letter is quicker than a longer list. */
const MAX_PODS = 12;
const MAX_OTHERS = 8;

/** Sections in the order they are most likely meant; none is empty. */
export function paletteSections(sources: PaletteSources, query: string): PaletteSection[] {
  const has = (...texts: string[]) => containsWords(texts.join(" "), query);
  const inTabs = new Set(sources.tabs.map((tab) => tab.sessionId));
  const sections: PaletteSection[] = [
    { heading: "Pods", entries: podEntries(sources.pods, query) },
    {
      heading: "Open tabs",
      entries: sources.tabs
        .map((tab) => ({
          type: "tab" as const,
          tab,
          title: tabTitle(tab),
          detail: tabDetail(tab, sources.tabs),
        }))
        .filter(({ tab, detail }) => has(tab.target.namespace, tab.target.pod, tab.target.container, detail)),
    },
    {
      // A session that a tab shows is found as that tab.
      heading: "Left running",
      entries: sources.sessions
        .filter(
          (session) =>
            !inTabs.has(session.id) && has(session.namespace, session.pod, session.container ?? ""),
        )
        .slice(0, MAX_OTHERS)
        .map((session) => ({ type: "session", session })),
    },
    {
      heading: "Forwards",
      entries: sources.forwards
        .filter((forward) => has(forward.namespace, targetWords(forward)))
        .slice(0, MAX_OTHERS)
        .map((forward) => ({ type: "forward", forward })),
    },
    {
      // Not the one that is looked at, and none that could only say why it cannot be used.
      heading: "Clusters",
      entries: sources.clusters
        .filter(
          (cluster) =>
            cluster.name !== sources.cluster &&
            cluster.problem === undefined &&
            has("cluster", cluster.name, calledName(cluster.name)),
        )
        .slice(0, MAX_OTHERS)
        .map((cluster) => ({ type: "cluster", cluster })),
    },
    {
      heading: "Actions",
      entries: sources.actions
        .filter(({ label }) => has(label))
        .map((action) => ({ type: "action", action })),
    },
  ];
  return sections.filter(({ entries }) => entries.length > 0);
}

/**
 * Without a query a few pods are no more likely than any other, so there are none. The best match comes first as a shell:
 * that is what Enter should mean.
 */
function podEntries(pods: readonly Pod[], query: string): PaletteEntry[] {
  if (query.trim() === "") return [];
  const matches = [...filterPods(pods, query)].sort((a, b) => b[1].score - a[1].score);
  const found = matches.slice(0, MAX_PODS).map(([pod]) => pod);
  const entries: PaletteEntry[] = found.map((pod) => ({ type: "shell", pod }));
  // Log and port only of the best match: three entries for each would push the second pod out of sight.
  const best = found[0];
  if (!best) return entries;
  const port = best.ports[0]?.port;
  const more: PaletteEntry[] = [{ type: "logs", pod: best }];
  if (port !== undefined) more.push({ type: "port", pod: best, port });
  return [...entries.slice(0, 1), ...more, ...entries.slice(1)];
}

/** In any order: whoever remembers "web staging" need not remember which comes first. */
function containsWords(text: string, query: string): boolean {
  const lower = text.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
