import { cn } from "../cn.ts";

/** Something is under way; the children say what, because a spinner alone says nothing. */
export function Waiting({ children, className }: { children: string; className?: string }) {
  return (
    <span role="status" className={cn("inline-flex items-center gap-2 text-dim", className)}>
      <svg aria-hidden="true" viewBox="0 0 16 16" className="size-3.5 shrink-0 animate-spin" fill="none">
        <circle cx="8" cy="8" r="6.25" stroke="var(--line-strong)" strokeWidth="1.5" />
        <path
          d="M8 1.75a6.25 6.25 0 0 1 6.25 6.25"
          stroke="var(--accent)"
          strokeWidth="1.5"
          strokeLinecap="round"
        />
      </svg>
      {children}
    </span>
  );
}
