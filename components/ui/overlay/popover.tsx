"use client";
import type { ReactElement, ReactNode } from "react";
import { cn } from "../cn.ts";
import type { Align } from "../control/anchored.ts";
import { FloatingPanel } from "./floating-panel.tsx";

interface PopoverProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A button. */
  trigger: ReactElement;
  /** What the panel is, for a screen reader. */
  label: string;
  /** An element with data-autofocus gets the focus. */
  children: ReactNode;
  align?: Align;
  className?: string;
}

/** A small panel that belongs to a button. */
export function Popover({ trigger, align = "start", className, ...panel }: PopoverProps) {
  return (
    <FloatingPanel
      {...panel}
      trigger={trigger as ReactElement<Record<string, unknown>>}
      role="dialog"
      align={align}
      focusFirst={(element) => element.querySelector<HTMLElement>("[data-autofocus]")}
      className={cn("flex-col [&:popover-open]:flex", className)}
    />
  );
}
