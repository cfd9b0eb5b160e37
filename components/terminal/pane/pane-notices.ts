"use client";
import { useCallback, useState } from "react";
import type { DotTone } from "#components/ui/control/marks.tsx";
import type { SessionNotice } from "../session/session-notice.ts";

/** Older ones make room. */
const MAX_NOTICES = 3;
interface NoticeAction {
  label: string;
  run(): void;
}

/** Something about this one terminal, over its last lines: in the layout it would resize the program in the pod. */
export interface PaneNotice {
  /** A notice replaces the one of the same key. */
  key: string;
  tone: DotTone;
  /** Or what happened to the session, which the card puts into words. */
  text: string | SessionNotice;
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
