"use client";
import type { KeyboardEvent, ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";
import { Splitter } from "#components/ui/control/splitter.tsx";
import { useNarrow } from "#components/ui/page/use-narrow.ts";
import { arrange, type PanelName, useLayout } from "./layout-store.ts";
import { FORWARDS_WIDTH, type PanelPlace, PODS_WIDTH } from "./panel-places.ts";
import { closeDrawer } from "./panels.ts";

interface SidePanelProps {
  name: PanelName;
  label: string;
  /** Null: it has no place beside the terminal. */
  place: PanelPlace | null;
  id?: string;
  children: ReactNode;
}

/**
 * A list at the left or the right: beside the terminal, or over it as a drawer, or folded; in a narrow window it has
 * all of it. Folded it is only hidden: filter, scroll and folds are found as they were left.
 */
export function SidePanel({ name, label, place, id, children }: SidePanelProps) {
  const layout = useLayout();
  const narrow = useNarrow();
  const atLeft = name === "pods";
  const drawn = !narrow && place === null && layout.drawer === name;
  const chosen = atLeft ? layout.podsWidth : layout.forwardsWidth;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || !drawn) return;
    // A menu in the panel takes the key for itself.
    if (document.querySelector("dialog[open], :popover-open:not([role=tooltip])")) return;
    event.preventDefault();
    closeDrawer();
  };

  const splitter = !narrow && place !== null && (
    <Splitter
      label={`Width of the ${name}`}
      direction={atLeft ? 1 : -1}
      size={place.width}
      min={(atLeft ? PODS_WIDTH : FORWARDS_WIDTH).min}
      max={place.max}
      onResize={(width) => arrange(atLeft ? { podsWidth: width } : { forwardsWidth: width })}
    />
  );
  return (
    <>
      {!atLeft && splitter}
      {drawn && (
        // For the pointer; with the keyboard Escape closes it.
        <button
          type="button"
          aria-hidden="true"
          tabIndex={-1}
          onClick={closeDrawer}
          className="absolute inset-0 z-20 cursor-default bg-scrim"
        />
      )}
      <section
        id={id}
        tabIndex={-1}
        aria-label={label}
        onKeyDown={onKeyDown}
        className={cn(
          "flex min-h-0 shrink-0 flex-col bg-panel outline-none max-wide:w-full!",
          layout.view !== name && "max-wide:hidden",
          place === null && (drawn ? DRAWER : "wide:hidden"),
          drawn && (atLeft ? "left-0 border-r" : "right-0 border-l"),
        )}
        style={{ width: place?.width ?? chosen }}
      >
        {children}
      </section>
      {atLeft && splitter}
    </>
  );
}

/** Over the terminal and its notices; the rest of it stays in sight, so that one knows what one comes back to. */
const DRAWER = "absolute inset-y-0 z-30 max-w-[85%] border-line-strong";
