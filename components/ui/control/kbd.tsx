import type { ReactNode } from "react";

/** One key, as it is printed on the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-line-strong px-1 font-mono text-[0.6875rem] text-faint">
      {children}
    </kbd>
  );
}
