"use client";
import { ArrowLeftRight, Boxes, SquareTerminal } from "lucide-react";
import { cn } from "#components/ui/cn.ts";
import { type NarrowView, useLayout } from "./layout-store.ts";

const VIEWS: readonly { view: NarrowView; label: string; icon: typeof Boxes }[] = [
  { view: "pods", label: "Pods", icon: Boxes },
  { view: "terminals", label: "Terminals", icon: SquareTerminal },
  { view: "forwards", label: "Forwards", icon: ArrowLeftRight },
];

/**
 * A narrow window shows one thing at a time; this chooses which. It steps aside while a phone's keyboard leaves little
 * room: then somebody types into a terminal, and each of its lines counts.
 */
export function BottomNav({ counts }: { counts: Partial<Record<NarrowView, number>> }) {
  // Numbers only where something may be forgotten: a shell or a forward that goes on out of sight.
  const shown = useLayout((layout) => layout.view);
  return (
    <nav
      aria-label="Views"
      className="wide:hidden grid shrink-0 grid-cols-3 border-t bg-panel pb-[env(safe-area-inset-bottom)] [@media(max-height:460px)]:hidden"
    >
      {VIEWS.map(({ view, label, icon: Icon }) => (
        <button
          key={view}
          type="button"
          aria-current={shown === view ? "page" : undefined}
          onClick={() => useLayout.setState({ view, drawer: null })}
          className={cn(
            "flex h-12 items-center justify-center gap-2 text-sm",
            shown === view ? "font-medium text-accent" : "text-dim",
          )}
        >
          <Icon aria-hidden="true" className="size-4" />
          {label}
          {(counts[view] ?? 0) > 0 && <span className="text-faint tabular-nums">{counts[view]}</span>}
        </button>
      ))}
    </nav>
  );
}
