"use client";
/** One terminal in the page: head, xterm, and what is to be said about it. Loaded with the first terminal. */
import { useEffect, useRef, useState } from "react";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { useHandheld } from "#components/ui/page/use-narrow.ts";
import { Waiting } from "#components/ui/page/waiting.tsx";
import { saveTranscript } from "../screen/transcript.ts";
import type { Successor } from "../session/pod-fate.ts";
import { runKind } from "../session/run-choice.ts";
import type { TerminalTarget } from "../session/session-api.ts";
import { stateSentence } from "../session/state-words.ts";
import { hasNote } from "../session/terminal-session-state.ts";
import { usePaneNotices } from "./pane-notices.ts";
import { TerminalHead } from "./terminal-head.tsx";
import { type TerminalSummary, useSummary } from "./terminal-summary.ts";
import { TerminalView } from "./terminal-view.tsx";
import { useAttachNotice } from "./use-attach-notice.ts";
import { useKeyboardInset } from "./use-keyboard-inset.ts";
import { usePaneListener } from "./use-pane-listener.ts";
import { type AskFate, usePodFate } from "./use-pod-fate.ts";
import { useScreenSettings } from "./use-screen-settings.ts";
import { useTerminalSession } from "./use-terminal-session.ts";

/** Only a handheld asks for it. */
const KeyRow = lazyPart("keys", () => import("./key-row.tsx").then((module) => module.KeyRow));
/** When it is over. Fetched beside the first prompt: at the end Porthole may be gone as well. */
const OverNote = lazyPart("words", () => import("./over-note.tsx").then((module) => module.OverNote));
/** While it is cut off; fetched as early as the note of the end. */
const AwayNote = lazyPart("words", () => import("./away-note.tsx").then((module) => module.AwayNote));
/** With the first notice; fetched beside the first prompt as well. */
const NoticeCards = lazyPart(
  "notice",
  () => import("./notice-cards.tsx").then((module) => module.NoticeCards),
  true,
);
/** When the pod is being deleted. */
const LeavingNote = lazyPart(
  "words",
  () => import("./leaving-note.tsx").then((module) => module.LeavingNote),
  true,
);
/** With the first search. */
const SearchBar = lazyPart("search", () => import("./search-bar.tsx").then((module) => module.SearchBar));

interface TerminalPaneProps {
  target: TerminalTarget;
  /** A session to come back to, after a reload; null starts a new one. */
  sessionId: string | null;
  /** The pane is the visible one: it takes the focus, fits, and may hold a WebGL context. */
  active: boolean;
  onSummary(summary: TerminalSummary): void;
  /** The program rang the bell. */
  onBell(): void;
  /** When the pod's deletion ends what runs in it, at the latest; null while nobody has asked for one. */
  deletedBy: number | null;
  /** What became of the pod of a shell that was cut off. */
  askFate: AskFate;
  onSuccessor(successor: Successor): void;
  /** The person chose another container; the page renders the pane again with the new target. */
  onContainerChange(container: string): void;
  /** The person wants another shell or command in this container. */
  onChoose(): void;
  /** The shell is to be ended; the tab stays, to show how it ended. */
  onEnd(sessionId: string): void;
  onClose(): void;
}

export function TerminalPane({ target, sessionId, active, ...page }: TerminalPaneProps) {
  const paneRef = useRef<HTMLElement>(null);
  const hostRef = useRef<HTMLDivElement>(null);
  const notices = usePaneNotices();
  const [searching, setSearching] = useState(false);
  const [controlHeld, setControlHeld] = useState(false);
  const [overSentence, setOverSentence] = useState("");
  // For as long as the tab: what a program may do is not a preference, and does not outlive the look at it.
  const [clipboardAllowed, setClipboardAllowed] = useState(false);
  const [hoveredLink, setHoveredLink] = useState<string | null>(null);
  const listener = usePaneListener({
    notices,
    clipboardAllowed,
    paste: (text) => open?.screen.paste(text),
    allowClipboard: () => setClipboardAllowed(true),
    onLinkHover: (url) => setHoveredLink(url?.href ?? null),
    onSearch: () => setSearching(true),
    onLeave: () => paneRef.current?.querySelector<HTMLElement>("[data-terminal-leave]")?.focus(),
    onControlUsed: () => setControlHeld(false),
    onBell: page.onBell,
  });
  // The listener above is called after this has returned, so it may use `open`, which is made here.
  const { view, title, open, newShell } = useTerminalSession({ hostRef, target, sessionId, listener });
  useScreenSettings(open?.screen ?? null, active);
  useSummary(view, title, page.onSummary);
  const fate = usePodFate(view, page.askFate);
  useEffect(() => {
    for (const part of [OverNote, AwayNote, NoticeCards]) part.preload();
  }, []);
  const keyboardInsetPx = useKeyboardInset();
  const handheld = useHandheld();

  const { state, id } = view;
  const { dismiss: dismissNotice } = notices;
  useAttachNotice(target, state.kind, notices);
  const over = hasNote(state);
  const kind = runKind(target.run);
  // A refused page says nothing of the session: that may well run, and may be ended from here.
  const running = id !== null && state.kind !== "ended" && state.kind !== "gone";
  // Nobody hears the mouse any more: it is to select again.
  useEffect(() => {
    if (!over) return;
    open?.screen.releaseInput();
    // There is nothing left to paste into.
    dismissNotice("paste");
  }, [over, open, dismissNotice]);
  const focusTerminal = () => open?.screen.focus();
  const retry = () => {
    open?.session.retry();
    focusTerminal();
  };
  const transcript = () => saveTranscript(open?.screen.text() ?? "", target);

  return (
    <section
      ref={paneRef}
      aria-label={`Terminal in pod ${target.pod}`}
      data-session-id={id ?? ""}
      style={keyboardInsetPx > 0 ? { paddingBottom: keyboardInsetPx } : undefined}
      className="flex h-full min-h-0 min-w-0 flex-1 flex-col bg-term"
    >
      <TerminalHead
        target={target}
        title={title}
        view={view}
        traffic={() => open?.session.traffic ?? { receivedBytes: 0, sentBytes: 0 }}
        running={running}
        runKind={kind}
        clipboardAllowed={clipboardAllowed}
        onClipboardAllowed={setClipboardAllowed}
        onContainerChange={page.onContainerChange}
        onSearch={() => setSearching(true)}
        onTranscript={transcript}
        onReset={() => {
          open?.screen.resetModes();
          focusTerminal();
        }}
        onEnd={() => id !== null && page.onEnd(id)}
        onClose={page.onClose}
      />
      <div className="relative min-h-0 flex-1">
        <TerminalView hostRef={hostRef} dimmed={state.kind === "reconnecting"} hoveredLink={hoveredLink} />
        {state.kind === "connecting" && (
          // Where the first line of output will stand, and over xterm: in the layout it would change the size.
          <div aria-hidden="true" className="absolute top-2.5 left-3.5 z-10">
            <Waiting>{stateSentence(state, target.pod, kind)}</Waiting>
          </div>
        )}
        {searching && open && (
          <SearchBar.Part
            screen={open.screen}
            onClose={() => {
              setSearching(false);
              focusTerminal();
            }}
          />
        )}
        {/* While it is cut off only that matters; notices come back with the connection. */}
        {state.kind === "reconnecting" ? (
          <AwayNote.Part state={state} runKind={kind} keptBytes={view.keptBytes} onRetry={retry} />
        ) : (
          <div className="pointer-events-none absolute right-3 bottom-3 left-3 z-10 flex flex-col items-end gap-2">
            {page.deletedBy !== null && state.kind !== "connecting" && !over && (
              <LeavingNote.Part
                deletedBy={page.deletedBy}
                runKind={kind}
                startedAt={view.startedAt}
                askFate={page.askFate}
                onSuccessor={page.onSuccessor}
              />
            )}
            <div aria-live="polite" className="flex max-w-full flex-col items-end gap-2">
              {notices.shown.length > 0 && <NoticeCards.Part notices={notices} onAnswered={focusTerminal} />}
            </div>
          </div>
        )}
      </div>
      {over ? (
        <OverNote.Part
          state={state}
          tried={view.tried}
          fate={fate}
          announce={setOverSentence}
          onRetry={retry}
          onNewShell={newShell}
          onSuccessor={page.onSuccessor}
          target={target}
          onChoose={page.onChoose}
          onTranscript={transcript}
          onClose={page.onClose}
        />
      ) : handheld ? (
        <KeyRow.Part
          screen={open?.screen ?? null}
          controlHeld={controlHeld}
          onControl={(held) => {
            setControlHeld(held);
            open?.screen.holdControl(held);
          }}
        />
      ) : null}
      {/* Announced when it changes. The words on the screen stand in several places, and some of them move. */}
      <p role="status" className="sr-only">
        {over ? overSentence : stateSentence(state, target.pod, kind)}
      </p>
    </section>
  );
}
