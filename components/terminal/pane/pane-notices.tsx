"use client";
import { X } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { type DotTone, StatusDot } from "#components/ui/control/marks.tsx";

/** Older ones make room. */
const MAX_NOTICES = 3;
/** Longer than a toast: the eye is in the terminal's text and has to come here first. */
const SHOWN_MS = 9_000;

interface NoticeAction {
  label: string;
  run(): void;
}

/** Something about this one terminal, over its last lines: in the layout it would resize the program in the pod. */
export interface PaneNotice {
  /** A notice replaces the one of the same key. */
  key: string;
  tone: DotTone;
  text: string;
  /** The first one is what most people want. */
  actions?: readonly NoticeAction[];
  /** Until it is answered. */
  stays?: boolean;
  /**
   * Enter answers it at once. Only for what the person began: a pod must not be able to put a question under an Enter
   * that was meant for the shell.
   */
  takesFocus?: boolean;
}

export interface PaneNotices {
  shown: readonly PaneNotice[];
  show(notice: PaneNotice): void;
  dismiss(key: string): void;
}

export function usePaneNotices(): PaneNotices {
  const [shown, setShown] = useState<readonly PaneNotice[]>([]);
  const dismiss = useCallback(
    (key: string) => setShown((notices) => notices.filter((notice) => notice.key !== key)),
    [],
  );
  const show = (notice: PaneNotice) =>
    setShown((notices) => [...notices.filter(({ key }) => key !== notice.key), notice].slice(-MAX_NOTICES));
  return { shown, show, dismiss };
}

/** @param onAnswered gives the focus back to the terminal */
export function PaneNoticeStack({ notices, onAnswered }: { notices: PaneNotices; onAnswered(): void }) {
  return (
    <div
      aria-live="polite"
      className="pointer-events-none absolute right-3 bottom-3 left-3 z-10 flex flex-col items-end gap-2"
    >
      {notices.shown.map((notice) => (
        <PaneNoticeCard
          key={notice.key}
          notice={notice}
          onDone={() => {
            notices.dismiss(notice.key);
            onAnswered();
          }}
          onTimeout={() => notices.dismiss(notice.key)}
        />
      ))}
    </div>
  );
}

interface PaneNoticeCardProps {
  notice: PaneNotice;
  onDone(): void;
  onTimeout(): void;
}

function PaneNoticeCard({ notice, onDone, onTimeout }: PaneNoticeCardProps) {
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
        {notice.text}
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
