"use client";
import { runDetail, sessionRun } from "#components/terminal/session/run-choice.ts";
import { Button } from "#components/ui/control/button.tsx";
import { Badge } from "#components/ui/control/marks.tsx";
import { ago } from "#components/ui/format.ts";
import { Menu, MenuItem, MenuLabel } from "#components/ui/overlay/menu.tsx";
import { openSession } from "./open-tabs.ts";
import { useTabs } from "./tabs-store.ts";
import { refreshSessions, useSessions } from "./use-sessions.ts";

/** What runs on the server for this person: the way back to a shell that was left running. */
export function SessionsMenu() {
  const sessions = useSessions();
  const tabs = useTabs((store) => store.tabs);
  // Without a shell there is nothing to come back to, and the header has little room.
  if (sessions.length === 0) return null;
  return (
    <Menu
      align="end"
      className="w-84"
      trigger={
        <Button
          variant="ghost"
          aria-label={`Sessions: ${sessions.length} running`}
          // The list is polled slowly; on the way to the menu it is asked for again.
          onPointerDown={() => void refreshSessions()}
        >
          Sessions
          <Badge>{sessions.length}</Badge>
        </Button>
      }
    >
      <MenuLabel>Running sessions</MenuLabel>
      {sessions.map((session) => {
        // Shown as well when it has a tab: the menu then leads to that tab, and nobody wonders where it went.
        const shown = tabs.some((tab) => tab.sessionId === session.id);
        return (
          <MenuItem
            key={session.id}
            hint={shown ? "in a tab" : ago(session.startedAt, Date.now())}
            onSelect={() => openSession(session)}
          >
            <span className="truncate font-mono text-mono">{session.pod}</span>
            <span className="truncate text-faint text-sm">
              {[session.container, runDetail(sessionRun(session))].filter(Boolean).join(" · ")}
            </span>
          </MenuItem>
        );
      })}
    </Menu>
  );
}
