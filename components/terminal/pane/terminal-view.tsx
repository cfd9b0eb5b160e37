"use client";
import "@xterm/xterm/css/xterm.css";
import type { Ref } from "react";
import { cn } from "#components/ui/cn.ts";

interface TerminalViewProps {
  /** xterm is put into this element (see use-terminal-session.ts). */
  hostRef: Ref<HTMLDivElement>;
  /** What is drawn is the past: the page is cut off from its session. */
  dimmed: boolean;
  /** Address of the link under the pointer. */
  hoveredLink: string | null;
}

/** The element that holds xterm, and the address of the link under the pointer. */
export function TerminalView({ hostRef, dimmed, hoveredLink }: TerminalViewProps) {
  return (
    <>
      <div
        ref={hostRef}
        data-testid="terminal"
        className={cn(
          // touch-none: a finger scrolls the terminal's own lines (touch-scroll.ts), not the page.
          "absolute inset-0 touch-none overflow-hidden bg-term font-mono transition-opacity duration-150",
          "[&_.xterm]:h-full [&_.xterm]:py-2.5 [&_.xterm]:pl-3.5 max-wide:[&_.xterm]:pl-2 [&_.xterm-viewport]:bg-transparent!",
          dimmed && "opacity-60",
        )}
      />
      {hoveredLink && (
        <p className="pointer-events-none absolute bottom-0 left-0 z-10 max-w-full truncate border-line border-t border-r bg-raise px-2 py-0.5 font-mono text-dim text-sm">
          {`Ctrl or Cmd and a click opens ${hoveredLink}`}
        </p>
      )}
    </>
  );
}
