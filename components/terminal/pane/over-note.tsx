import { useEffect } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { Badge } from "#components/ui/control/marks.tsx";
import { overWords } from "../session/ending-words.ts";
import type { PodFate, Successor } from "../session/pod-fate.ts";
import {
  isMissingCommand,
  type RunKind,
  type RunRequest,
  runKind,
  runRequests,
} from "../session/run-choice.ts";
import type { TerminalTarget } from "../session/session-api.ts";
import type { OverState } from "../session/terminal-session-state.ts";

/** Nobody has typed a command and left within it. */
const AT_ONCE_MS = 2_000;

/** What can be begun when it is over: here, and in the pod that took this one's place. */
const AGAIN: Record<RunKind, { here: string; successor: string }> = {
  shell: { here: "New shell", successor: "Shell in its successor" },
  command: { here: "Run it again", successor: "Run it in its successor" },
  attach: { here: "Attach again", successor: "Attach to its successor" },
};

interface OverNoteProps {
  state: OverState;
  /** What was asked for to find a shell. */
  tried: readonly RunRequest[];
  /** What became of the pod, when the cluster says. */
  fate: PodFate | null;
  /** Gets what happened as one sentence, for the place where a screen reader hears of it. */
  announce(sentence: string): void;
  /** Asks again for the same session. */
  onRetry(): void;
  onNewShell(): void;
  /** The same in the pod that took the place of a deleted one. */
  onSuccessor(successor: Successor): void;
  target: TerminalTarget;
  /** Asks which shell or command. */
  onChoose(): void;
  onTranscript(): void;
  onClose(): void;
}

/** Below a terminal that takes no more input: what happened, and what can be done. Nothing is started by itself. */
export function OverNote(props: OverNoteProps) {
  const { state, fate, target, announce, onRetry, onNewShell, onChoose, onSuccessor, onTranscript, onClose } =
    props;
  const kind = runKind(target.run);
  const { badge, sentence, hint } = overWords(state, kind, fate);
  useEffect(() => announce(sentence), [announce, sentence]);
  // Asking again is offered unless the answer cannot change: a right that is missing stays missing.
  const retryable = state.kind === "refused" && state.remedy !== "none";
  // A new shell is offered only when the old one is over: beside a session that runs it would leave that behind.
  const over = state.kind === "ended" || state.kind === "gone";
  const successor = fate?.kind === "deleted" ? fate.successor : null;
  const missing = isMissing(state);
  return (
    <div
      data-testid="end-note"
      data-question
      className="mx-3.5 mb-3 flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 rounded-[8px] border border-line bg-panel px-3 py-2 max-wide:mx-2 max-wide:mb-2"
    >
      <Badge tone={badge.tone} data-testid="end-badge">
        {badge.text}
      </Badge>
      <div className="min-w-0 flex-1 basis-56 break-words text-dim">
        <p>{sentence}</p>
        {missing && <p className="text-sm">Tried: {triedWords(target, props.tried)}.</p>}
        {hint && <p className="text-sm">{hint}</p>}
      </div>
      <span className="flex flex-wrap gap-2">
        <Button variant="ghost" onClick={onClose}>
          Close
        </Button>
        {state.kind === "ended" && <Button onClick={onTranscript}>Transcript</Button>}
        {retryable && (
          <Button variant="primary" onClick={onRetry}>
            Try again
          </Button>
        )}
        {successor && (
          <Button variant="primary" title={successor.pod} onClick={() => onSuccessor(successor)}>
            {AGAIN[kind].successor}
          </Button>
        )}
        {/* The same again would fail in the same way. */}
        {missing && (
          <Button variant="primary" onClick={onChoose}>
            Another shell…
          </Button>
        )}
        {/* In a pod that is gone it could only fail. */}
        {over && fate?.kind !== "deleted" && (
          <Button variant={missing ? "default" : "primary"} onClick={onNewShell}>
            {AGAIN[kind].here}
          </Button>
        )}
      </span>
    </div>
  );
}

/** Older runtimes say it by the exit code alone (126, 127), with their words on the screen. */
function isMissing(state: OverState): boolean {
  if (state.kind !== "ended") return false;
  if (state.ending.kind === "exited") {
    const atOnce = state.lastedMs !== null && state.lastedMs < AT_ONCE_MS;
    return atOnce && (state.ending.code === 126 || state.ending.code === 127);
  }
  return state.ending.kind === "failed" && isMissingCommand(state.ending.message);
}

/** "sh, along its PATH, then /bin/sh" */
function triedWords({ run, windows }: TerminalTarget, tried: readonly RunRequest[]): string {
  return (tried.length > 0 ? tried : runRequests(run, windows === true))
    .map(({ shell, command }) => shell ?? command?.[0] ?? "sh, along its PATH")
    .join(", then ");
}
