"use client";
import type { PointerEvent } from "react";

/** By one arrow key: about two letters of a pod's name. */
const STEP_PX = 16;

interface SplitterProps {
  /** What is made wider or narrower. */
  label: string;
  size: number;
  min: number;
  max: number;
  /** +1 when the panel is left of the splitter, -1 when it is right of it. */
  direction: 1 | -1;
  onResize: (size: number) => void;
}

/** The edge between two columns: dragged with the pointer, or moved with the arrow keys. */
export function Splitter({ label, size, min, max, direction, onResize }: SplitterProps) {
  const resize = (next: number) => onResize(Math.round(Math.min(max, Math.max(min, next))));

  const drag = (down: PointerEvent<HTMLDivElement>) => {
    if (down.button !== 0) return;
    const handle = down.currentTarget;
    const from = down.clientX;
    // The pointer may leave the narrow edge, and pass over a terminal that would take the movement.
    handle.setPointerCapture(down.pointerId);
    const move = (event: globalThis.PointerEvent) => resize(size + (event.clientX - from) * direction);
    const done = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", done);
      handle.removeEventListener("pointercancel", done);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", done);
    handle.addEventListener("pointercancel", done);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a movable separator has no element of its own
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") resize(size - STEP_PX * direction);
        else if (event.key === "ArrowRight") resize(size + STEP_PX * direction);
        else return;
        event.preventDefault();
      }}
      className="relative z-10 -mx-1 w-2 cursor-col-resize touch-none outline-none after:absolute after:inset-y-0 after:left-1/2 after:w-px after:-translate-x-1/2 after:bg-line hover:after:bg-line-strong focus-visible:after:w-0.5 focus-visible:after:bg-accent"
    />
  );
}
