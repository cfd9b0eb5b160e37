"use client";
import { useEffect } from "react";
import { create } from "zustand";
import { apiFetch } from "#components/ui/api-client.ts";
import type { SessionInfo } from "#protocol/api.ts";
import { useTabs } from "./tabs-store.ts";

/** Other pages and the server's own limits change the list. Nobody waits for that. */
const POLL_MS = 20_000;

const useSessionsStore = create<{ sessions: readonly SessionInfo[] }>(() => ({ sessions: [] }));

export async function refreshSessions(): Promise<void> {
  try {
    const answer = (await apiFetch("/api/sessions")) as { sessions?: SessionInfo[] };
    const running = (answer.sessions ?? []).filter((session) => session.ending === null);
    useSessionsStore.setState({ sessions: running.sort((a, b) => b.startedAt - a.startedAt) });
  } catch {
    // The list is a way back, not a duty: it shows what it last knew.
  }
}

/** The shells that run on the server, also those that no tab of this page shows. */
export function useSessions(): readonly SessionInfo[] {
  return useSessionsStore((store) => store.sessions);
}

/** Keeps the list fresh while the page is seen. Once per page. */
export function useSessionsPolling(): void {
  const ids = useTabs((store) => store.tabs.map((tab) => tab.sessionId ?? "").join());

  // biome-ignore lint/correctness/useExhaustiveDependencies: a shell that began or went changes the list
  useEffect(() => {
    void refreshSessions();
    const timer = setInterval(() => {
      if (!document.hidden) void refreshSessions();
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [ids]);
}
