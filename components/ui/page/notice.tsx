import type { ReactNode } from "react";
import { cn } from "../cn.ts";
import { type DotTone, StatusDot } from "../control/marks.tsx";

/** What is the case here instead of a list: a line of title, a line or two of why, and what can be done. */
export function Notice({
  tone = "idle",
  title,
  children,
  actions,
  className,
}: {
  tone?: DotTone;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
}) {
  return (
    <div role="status" className={cn("flex flex-col gap-1.5 px-3.5 py-3", className)}>
      <p className="flex items-start gap-2 font-medium">
        <StatusDot tone={tone} className="mt-1.5" />
        {title}
      </p>
      {children && <div className="whitespace-pre-line break-words pl-4 text-dim text-sm">{children}</div>}
      {actions && <div className="flex flex-wrap gap-1.5 pt-1.5 pl-4">{actions}</div>}
    </div>
  );
}
