"use client";
import { type RefObject, useLayoutEffect } from "react";

export type Align = "start" | "center" | "end";

/** Between a panel and what it belongs to, and between a panel and the edge of the window. */
const GAP_PX = 4;
const EDGE_PX = 8;

/**
 * Puts a panel of the top layer below its anchor, or above where there is more room, and keeps it there.
 * @param anchorOf asked again at each placement: the anchor may have been drawn anew
 */
export function useAnchored(
  panelRef: RefObject<HTMLElement | null>,
  anchorOf: () => Element | null,
  open: boolean,
  align: Align,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: anchorOf is a new function each time, with one meaning
  useLayoutEffect(() => {
    const panel = panelRef.current;
    if (!open || !panel) return;
    const move = () => {
      const anchor = anchorOf();
      if (anchor) place(panel, anchor.getBoundingClientRect(), align);
    };
    move();
    // What is inside may come later and be larger.
    const observer = new ResizeObserver(move);
    observer.observe(panel);
    window.addEventListener("resize", move);
    window.addEventListener("scroll", move, true);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", move);
      window.removeEventListener("scroll", move, true);
    };
  }, [open, align, panelRef]);
}

function place(panel: HTMLElement, anchor: DOMRect, align: Align): void {
  const below = innerHeight - anchor.bottom - GAP_PX - EDGE_PX;
  const above = anchor.top - GAP_PX - EDGE_PX;
  panel.style.maxHeight = `${Math.max(below, above)}px`;
  const { width, height } = panel.getBoundingClientRect();
  const under = height <= below || below >= above;
  const top = under ? anchor.bottom + GAP_PX : anchor.top - GAP_PX - height;
  const wanted = {
    start: anchor.left,
    center: anchor.left + (anchor.width - width) / 2,
    end: anchor.right - width,
  }[align];
  const left = Math.max(EDGE_PX, Math.min(wanted, innerWidth - width - EDGE_PX));
  panel.style.left = `${Math.round(left)}px`;
  panel.style.top = `${Math.round(top)}px`;
  panel.style.visibility = "visible";
}
