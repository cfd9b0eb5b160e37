"use client";
/** Owns the two things with a lifetime: the session's connection and the xterm it draws on. Both go together. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { errorWords } from "#components/ui/api-client.ts";
import { onWake } from "../screen/screen-environment.ts";
import { exposeProbe } from "../screen/screen-probe.ts";
import { useTerminalPreferences } from "../screen/terminal-preferences.ts";
import { type ScreenListener, TerminalScreen } from "../screen/terminal-screen.ts";
import { openSessionSocket, sessionApi, type TerminalTarget } from "../session/session-api.ts";
import type { SessionNotice } from "../session/session-notice.ts";
import { initialView, type SessionView } from "../session/session-view.ts";
import { TerminalSession } from "../session/terminal-session.ts";

/** What the pane does with what the terminal reports; input and size go to the session by themselves. */
export type PaneListener = Omit<ScreenListener, "onInput" | "onSize" | "onTitle"> & {
  onNotice(notice: SessionNotice): void;
};

export interface OpenTerminal {
  screen: TerminalScreen;
  session: TerminalSession;
}

export interface TerminalSessionHandle {
  view: SessionView;
  title: string | null;
  /** Null until the terminal is in its element. */
  open: OpenTerminal | null;
  /** A new session and an empty screen; the old session is left to itself. */
  newShell(): void;
}

export interface UseTerminalSessionOptions {
  hostRef: RefObject<HTMLDivElement | null>;
  target: TerminalTarget;
  sessionId: string | null;
  listener: PaneListener;
}

export function useTerminalSession(options: UseTerminalSessionOptions): TerminalSessionHandle {
  const { hostRef, target, sessionId } = options;
  const { cluster, namespace, pod, container, run, windows } = target;
  const [view, setView] = useState(() => initialView(sessionId));
  const [title, setTitle] = useState<string | null>(null);
  const [open, setOpen] = useState<OpenTerminal | null>(null);
  const [shellNumber, setShellNumber] = useState(0);
  const listener = useRef(options.listener);
  useLayoutEffect(() => {
    listener.current = options.listener;
  });

  // The session to attach to next. It follows the session that was made, so that a second mount of the same pane
  // (React's strict mode, a hot reload) comes back to it instead of starting another shell.
  const place = JSON.stringify([cluster, namespace, pod, container, run]);
  const resume = useRef({ place, id: sessionId });
  const offeredId = useRef(sessionId);
  useLayoutEffect(() => {
    offeredId.current = sessionId;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: shellNumber is the wish for a new one
  useEffect(() => {
    const host = hostRef.current;
    if (!host) return;
    if (resume.current.place !== place) {
      // The session of the container before is not one of this container, even if the page still names it.
      const id = offeredId.current === resume.current.id ? null : offeredId.current;
      resume.current = { place, id };
    }
    const { id } = resume.current;
    setView(initialView(id));
    setTitle(null);
    const preferences = useTerminalPreferences.getState();
    const screen = new TerminalScreen(
      host,
      { label: `Terminal in pod ${pod}, container ${container}`, ...preferences },
      {
        onInput: (data, bytes) => session.input(data, bytes),
        onSize: (size) => session.resize(size),
        onTitle: setTitle,
        onPaste: (review) => listener.current.onPaste(review),
        onClipboardWrite: (text) => listener.current.onClipboardWrite(text),
        onLinkHover: (url) => listener.current.onLinkHover(url),
        onCopied: (copied) => listener.current.onCopied(copied),
        onSearch: () => listener.current.onSearch(),
        onLeave: () => listener.current.onLeave(),
        onControlUsed: () => listener.current.onControlUsed(),
        onBell: () => listener.current.onBell(),
      },
    );
    const session = new TerminalSession({
      target: { cluster, namespace, pod, container, run, windows },
      sessionId: id,
      screen,
      api: sessionApi,
      openSocket: openSessionSocket,
      onView: (next) => {
        if (next.id !== null) resume.current = { place, id: next.id };
        setView(next);
      },
      onNotice: (notice) => listener.current.onNotice(notice),
    });
    // Without a terminal in the container nobody has put a return before its line feeds.
    if (run?.kind === "attach" && !run.tty) screen.terminal.options.convertEol = true;
    const stopWaking = onWake(() => session.wake());
    exposeProbe(host, screen.terminal, () => session.traffic.receivedBytes);
    // Opening waits for the font; a mount that ends before that has not asked the server for anything.
    screen.open().then(
      (opened) => {
        if (!opened) return;
        setOpen({ screen, session });
        session.start();
      },
      (error: unknown) => {
        const message = `This browser could not set a terminal up. ${errorWords(error)}`;
        setView({ ...initialView(id), state: { kind: "refused", message, remedy: "none" } });
      },
    );
    return () => {
      stopWaking();
      setOpen(null);
      session.dispose();
      screen.dispose();
    };
  }, [hostRef, place, shellNumber]);

  const newShell = () => {
    resume.current = { place, id: null };
    setShellNumber((number) => number + 1);
  };
  return { view, title, open, newShell };
}
