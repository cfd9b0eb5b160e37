/** Small marks that stand inside a line: a state in a word, a state as a colour, a key. */
import type { ComponentProps, ReactNode } from "react";
import { cn } from "../cn.ts";

export type Tone = "ok" | "warn" | "bad" | "neutral";

const BADGE_TONES: Record<Tone, string> = {
  ok: "bg-accent-bg text-accent",
  warn: "bg-warn-bg text-warn",
  bad: "bg-bad-bg text-bad",
  neutral: "bg-raise text-dim",
};

/** A state in a word. */
export function Badge({ tone = "neutral", className, ...props }: ComponentProps<"span"> & { tone?: Tone }) {
  return (
    <span
      className={cn(
        "inline-flex h-4.5 shrink-0 items-center gap-1 whitespace-nowrap rounded-full px-1.75 text-xs",
        BADGE_TONES[tone],
        className,
      )}
      {...props}
    />
  );
}

export type DotTone = "ok" | "warn" | "bad" | "idle";

const DOT_TONES: Record<DotTone, string> = {
  ok: "bg-accent",
  warn: "bg-warn",
  bad: "bg-bad",
  idle: "border-[1.5px] border-faint",
};

/** A state as a colour: teal live, amber waiting, red ended or refused, hollow at rest. Words always stand beside it. */
export function StatusDot({
  tone,
  pulse,
  className,
}: {
  tone: DotTone;
  pulse?: boolean;
  className?: string;
}) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        "inline-block size-2 shrink-0 rounded-full",
        DOT_TONES[tone],
        pulse && "pulse",
        className,
      )}
    />
  );
}

/** One key, as it is printed on the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-line-strong px-1 font-mono text-[0.6875rem] text-faint">
      {children}
    </kbd>
  );
}
