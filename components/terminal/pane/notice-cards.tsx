"use client";
import { X } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { StatusDot } from "#components/ui/control/marks.tsx";
import { noticeWords } from "../session/session-notice.ts";
import type { PaneNotice, PaneNotices } from "./pane-notices.ts";

/** Longer than a toast: the eye is in the terminal's text and has to come here first. */
const SHOWN_MS = 9_000;

/** @param onAnswered gives the focus back to the terminal */
export function NoticeCards({ notices, onAnswered }: { notices: PaneNotices; onAnswered(): void }) {
  return notices.shown.map((notice) => (
    <NoticeCard
      key={notice.key}
      notice={notice}
      onDone={() => {
        notices.dismiss(notice.key);
        onAnswered();
      }}
      onTimeout={() => notices.dismiss(notice.key)}
    />
  ));
}

interface NoticeCardProps {
  notice: PaneNotice;
  onDone(): void;
  onTimeout(): void;
}

function NoticeCard({ notice, onDone, onTimeout }: NoticeCardProps) {
  const [held, setHeld] = useState(false);
  const stays = held || notice.stays === true;
  // Through a ref: output draws the pane anew all the time, and each time would begin the wait again.
  const timeout = useRef(onTimeout);
  useLayoutEffect(() => {
    timeout.current = onTimeout;
  });
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(() => timeout.current(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [stays]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only keeps the notice on the screen
    <div
      data-testid={`pane-notice-${notice.key}`}
      data-question={notice.actions ? "" : undefined}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onDone();
      }}
      className="appear pointer-events-auto flex max-w-160 flex-wrap items-center gap-x-3 gap-y-2 rounded-[8px] border border-line-strong bg-panel py-2 pr-2 pl-3 text-dim"
    >
      <p className="flex min-w-0 flex-1 basis-60 items-start gap-2.5 break-words">
        <StatusDot tone={notice.tone} className="mt-1.5" />
        {typeof notice.text === "string" ? notice.text : noticeWords(notice.text)}
      </p>
      <span className="flex flex-wrap gap-1.5">
        {notice.actions?.map((action, index) => (
          <Button
            key={action.label}
            size="sm"
            variant={index === 0 ? "primary" : "default"}
            autoFocus={index === 0 && notice.takesFocus === true}
            onClick={() => {
              action.run();
              onDone();
            }}
          >
            {action.label}
          </Button>
        ))}
        <Button variant="ghost" size="sm" square aria-label="Dismiss" onClick={onDone}>
          <X />
        </Button>
      </span>
    </div>
  );
}
