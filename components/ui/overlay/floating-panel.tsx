"use client";
/**
 * What popovers and menus share: a button, and a panel that the browser's own popover shows in the top layer. The
 * browser closes it on Escape and on a click beside it, and gives the focus back.
 */
import {
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
} from "react";
import { cn } from "../cn.ts";
import { type Align, useAnchored } from "../control/anchored.ts";

interface FloatingPanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A button. */
  trigger: ReactElement<Record<string, unknown>>;
  role: "dialog" | "menu";
  /** For a screen reader; the trigger's own name when there is none. */
  label?: string | undefined;
  align: Align;
  /** Chooses what gets the focus when the panel opens; the panel itself when it finds nothing. */
  focusFirst: (panel: HTMLElement) => HTMLElement | null;
  onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void;
  className?: string | undefined;
  children: ReactNode;
}

export function FloatingPanel(props: FloatingPanelProps) {
  const { open, onOpenChange, trigger, role, align, focusFirst } = props;
  const id = useId();
  const triggerId = `${id}-trigger`;
  const panelRef = useRef<HTMLDivElement>(null);
  useAnchored(panelRef, () => document.getElementById(triggerId), open, align);

  // The page may close it too; opening is the button's alone.
  useEffect(() => {
    const panel = panelRef.current;
    if (!open && panel?.matches(":popover-open")) panel.hidePopover();
  }, [open]);

  const onToggle = (state: "open" | "closed") => {
    onOpenChange(state === "open");
    const panel = panelRef.current;
    if (!panel) return;
    if (state === "closed") panel.style.visibility = "hidden";
    // The content is drawn with the next frame.
    else requestAnimationFrame(() => (focusFirst(panel) ?? panel).focus());
  };

  return (
    <>
      {cloneElement(trigger, {
        id: triggerId,
        popoverTarget: id,
        "aria-haspopup": role,
        "aria-expanded": open,
      })}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its role is a dialog's or a menu's */}
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both have names */}
      <div
        ref={panelRef}
        id={id}
        popover="auto"
        role={role}
        tabIndex={-1}
        aria-label={props.label}
        aria-labelledby={props.label === undefined ? triggerId : undefined}
        onToggle={(event) => event.target === panelRef.current && onToggle(event.newState)}
        onKeyDown={props.onKeyDown}
        // In the document the panel may be inside a row that takes clicks for itself.
        onClick={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
        className={cn(
          "invisible fixed inset-auto m-0 max-w-[min(26rem,calc(100vw-1rem))] overflow-hidden rounded-md border border-line-strong bg-panel p-0 text-text outline-none",
          props.className,
        )}
      >
        {open && props.children}
      </div>
    </>
  );
}

/** From anywhere inside a panel. */
export function closePanel(inside: Element): void {
  inside.closest<HTMLElement>("[popover]")?.hidePopover();
}
