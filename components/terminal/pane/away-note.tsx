"use client";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { StatusDot } from "#components/ui/control/marks.tsx";
import { formatDuration, plural } from "#components/ui/format.ts";
import type { RunKind } from "../session/run-choice.ts";
import { runsOn } from "../session/state-words.ts";
import type { SessionState } from "../session/terminal-session-state.ts";

/** A blip is over before it could be read. */
const SHOWN_AFTER_MS = 600;
const REFRESH_MS = 250;

interface AwayNoteProps {
  state: Extract<SessionState, { kind: "reconnecting" }>;
  runKind: RunKind;
  /** Typed meanwhile, to be sent on return. */
  keptBytes: number;
  onRetry(): void;
}

/** Over a dimmed terminal: how long it is cut off, when it tries again, and what waits to be sent. */
export function AwayNote({ state, runKind, keptBytes, onRetry }: AwayNoteProps) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const awayMs = now - state.since;
  // What was typed is news at once: without a word it would seem to be swallowed.
  if (awayMs < SHOWN_AFTER_MS && keptBytes === 0) return null;
  const away = state.tooSlow
    ? "This page could not keep up with the output and was set aside."
    : `No connection for ${formatDuration(Math.max(1_000, awayMs))}.`;
  return (
    <div
      data-testid="away-note"
      className="absolute right-3 bottom-3 z-10 flex max-w-[calc(100%-1.5rem)] flex-wrap items-center gap-x-3 gap-y-1.5 rounded-[8px] border border-line-strong bg-panel py-2 pr-2 pl-3"
    >
      <div className="min-w-0">
        <p className="flex items-center gap-2 font-medium">
          <StatusDot tone="warn" pulse />
          {away} {runsOn(runKind)}
        </p>
        <p className="pl-4 text-dim text-sm tabular-nums">
          {retryWords(state.retryAt, now)}
          {keptBytes > 0 && (
            <span data-testid="kept-input" className="text-warn">
              {` ${plural(keptBytes, "byte")} typed meanwhile ${keptBytes === 1 ? "waits" : "wait"} to be sent.`}
            </span>
          )}
        </p>
      </div>
      <Button size="sm" onClick={onRetry}>
        Try now
      </Button>
    </div>
  );
}

/** Rounded up, so that it never says 0 s and goes on waiting. */
function retryWords(retryAt: number | null, now: number): string {
  if (retryAt === null || retryAt <= now) return "Connecting.";
  return `Trying again in ${Math.ceil((retryAt - now) / 1_000)} s.`;
}
