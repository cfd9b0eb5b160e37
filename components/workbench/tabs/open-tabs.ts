"use client";
/** How a tab is opened, closed, and ended with the shell in it. */
import { type RunKind, runKind, sessionRun } from "#components/terminal/session/run-choice.ts";
import { endSession, type TerminalTarget } from "#components/terminal/session/session-api.ts";
import { errorWords } from "#components/ui/api-client.ts";
import { toast } from "#components/ui/overlay/toast.tsx";
import type { SessionInfo } from "#protocol/api.ts";
import { useLayout } from "../layout/layout-store.ts";
import { activateTab, isLive, MAX_TABS, openTab, removeTab, useTabs } from "./tabs-store.ts";
import { refreshSessions } from "./use-sessions.ts";

/** Always a new one: two shells in one container are as common as two terminals on a desk. */
export function openShell(target: TerminalTarget): void {
  show(openTab({ kind: "shell", target, sessionId: null }));
}

/** The log of a container is one; a second tab of it would show the same. */
export function openLog(target: TerminalTarget): void {
  const known = useTabs
    .getState()
    .tabs.find((tab) => tab.kind === "log" && targetKey(tab.target) === targetKey(target));
  if (known) activateTab(known.id);
  show(known !== undefined || openTab({ kind: "log", target, sessionId: null }));
}

/** A shell that runs on the server and has no tab on this page, or the tab that it has. */
export function openSession(session: SessionInfo): void {
  const known = useTabs.getState().tabs.find((tab) => tab.sessionId === session.id);
  if (known) activateTab(known.id);
  const { cluster, namespace, pod, container = "" } = session;
  const containers = container === "" ? [] : [container];
  const target = { cluster, namespace, pod, container, containers, run: sessionRun(session) };
  show(known !== undefined || openTab({ kind: "shell", target, sessionId: session.id }));
}

/** Asks first when a shell runs in it. */
export function closeTab(id: string): void {
  const { tabs, summaries } = useTabs.getState();
  const tab = tabs.find((known) => known.id === id);
  if (!tab) return;
  if (isLive(tab, summaries[id])) useLayout.setState({ closingTab: id });
  else removeTab(id);
}

/** Closes the tab and ends what runs in it. */
export async function endTab(id: string): Promise<void> {
  const tab = useTabs.getState().tabs.find((known) => known.id === id);
  removeTab(id);
  if (tab?.sessionId) await endShell(tab.sessionId, tab.target.pod, runKind(tab.target.run));
}

/** The tab stays: how the shell ended arrives on its stream, and the person who asked wants to see it. */
export async function endShell(sessionId: string, pod: string, kind: RunKind): Promise<void> {
  try {
    await endSession(sessionId);
  } catch (error) {
    const failed = kind === "attach" ? `Still attached to ${pod}.` : `The ${kind} in ${pod} was not ended.`;
    toast({ tone: "bad", text: `${failed} ${errorWords(error)}` });
  }
  await refreshSessions();
}

/** Without the list of containers, which grows when somebody debugs the pod. */
function targetKey({ cluster, namespace, pod, container }: TerminalTarget): string {
  return JSON.stringify([cluster, namespace, pod, container]);
}

function show(opened: boolean): void {
  if (opened) useLayout.setState({ view: "terminals", drawer: null });
  else toast({ tone: "warn", text: `${MAX_TABS} tabs are open. Close one to open another.` });
}
