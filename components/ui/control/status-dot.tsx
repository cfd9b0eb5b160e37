import { cn } from "../cn.ts";

export type DotTone = "ok" | "warn" | "bad" | "idle";

const TONES: Record<DotTone, string> = {
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
      className={cn("inline-block size-2 shrink-0 rounded-full", TONES[tone], pulse && "pulse", className)}
    />
  );
}
