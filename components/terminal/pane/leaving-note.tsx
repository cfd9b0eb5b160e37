"use client";
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { StatusDot } from "#components/ui/control/marks.tsx";
import { formatDuration } from "#components/ui/format.ts";
import type { Successor } from "../session/pod-fate.ts";
import type { RunKind } from "../session/run-choice.ts";
import type { AskFate } from "./use-pod-fate.ts";

const TICK_MS = 1_000;
/** A successor takes seconds to run. */
const ASK_AGAIN_MS = [0, 2_000, 5_000, 10_000, 20_000];

const NOUNS: Record<RunKind, string> = {
  shell: "the shell",
  command: "the command",
  attach: "its main process",
};
const OPEN: Record<RunKind, string> = {
  shell: "Shell in its successor",
  command: "Run it in its successor",
  attach: "Attach to its successor",
};

interface LeavingNoteProps {
  /** When what runs in the pod is ended at the latest. */
  deletedBy: number;
  runKind: RunKind;
  startedAt: number | null;
  askFate: AskFate;
  onSuccessor(successor: Successor): void;
}

/** Over the last lines of a terminal whose pod is being deleted: how long there is, and where to go on. */
export function LeavingNote({ deletedBy, runKind, startedAt, askFate, onSuccessor }: LeavingNoteProps) {
  // Clocks differ and events come again: what is left only gets less.
  const [by, setBy] = useState(deletedBy);
  if (deletedBy < by) setBy(deletedBy);
  const [now, setNow] = useState(Date.now);
  const [hidden, setHidden] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const successor = useSuccessor(askFate, startedAt ?? 0);
  const words = leavingWords(by - now, runKind);
  // Said once, not with each second.
  const [said] = useState(words);
  if (hidden) return <Announced>{said}</Announced>;
  return (
    <div
      data-testid="leaving-note"
      className="appear pointer-events-auto flex max-w-160 flex-wrap items-center gap-x-3 gap-y-2 rounded-[8px] border border-line-strong bg-panel py-2 pr-2 pl-3 text-dim"
    >
      <p aria-hidden="true" className="flex min-w-0 flex-1 basis-60 items-start gap-2.5 tabular-nums">
        <StatusDot tone="warn" className="mt-1.5" />
        {words}
      </p>
      <Announced>{said}</Announced>
      <span className="flex flex-wrap gap-1.5">
        {successor && (
          <Button size="sm" variant="primary" title={successor.pod} onClick={() => onSuccessor(successor)}>
            {OPEN[runKind]}
          </Button>
        )}
        <Button variant="ghost" size="sm" square aria-label="Dismiss" onClick={() => setHidden(true)}>
          <X />
        </Button>
      </span>
    </div>
  );
}

function Announced({ children }: { children: string }) {
  return (
    <p role="status" className="sr-only">
      {children}
    </p>
  );
}

/** Rounded up, so that it never says 0 s and goes on. */
function leavingWords(leftMs: number, kind: RunKind): string {
  const left = Math.ceil(leftMs / TICK_MS) * TICK_MS;
  const when = left > 0 ? `within ${formatDuration(left)}` : "at any moment";
  return `This pod is being deleted: ${NOUNS[kind]} ends ${when}.`;
}

function useSuccessor(ask: AskFate, since: number): Successor | null {
  const [successor, setSuccessor] = useState<Successor | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ask` is a new function with each drawing
  useEffect(() => {
    const over = new AbortController();
    void (async () => {
      for (const wait of ASK_AGAIN_MS) {
        await new Promise((resolve) => setTimeout(resolve, wait));
        if (over.signal.aborted) return;
        const fate = await ask(since, over.signal).catch(() => null);
        if (over.signal.aborted || fate?.kind !== "deleted" || fate.successor) {
          if (!over.signal.aborted && fate?.kind === "deleted") setSuccessor(fate.successor);
          return;
        }
      }
    })();
    return () => over.abort();
  }, [since]);
  return successor;
}
