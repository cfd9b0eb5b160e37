"use client";
import { Tooltip as Primitive } from "radix-ui";
import type { ReactNode } from "react";

const OPEN_DELAY_MS = 350;

/** Wraps the page once: tooltips share one delay. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <Primitive.Provider delayDuration={OPEN_DELAY_MS}>{children}</Primitive.Provider>;
}

/** A word or two about the child on hover and on focus. Never the only place where something is said. */
export function Tooltip({ content, children }: { content: ReactNode; children: ReactNode }) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          sideOffset={5}
          collisionPadding={8}
          className="appear z-50 max-w-80 rounded-md border border-line-strong bg-raise px-2 py-1 text-sm text-text"
        >
          {content}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
