"use client";
import { useEffect, useRef } from "react";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { InFront } from "../in-front.tsx";
import { useLayout } from "../layout/layout-store.ts";
import type { PaletteContext } from "./use-palette-sources.ts";

/** Comes when it is first asked for: the first terminal does not wait for it. */
const PaletteDialog = lazyPart("palette", () =>
  import("./palette-list.tsx").then((module) => module.PaletteDialog),
);

/** Long after the page has arrived and shown what was asked of it. */
const PRELOAD_AFTER_MS = 5_000;

/** Ctrl K: everything there is, by typing a few letters of it. */
export function Palette(context: PaletteContext) {
  const open = useLayout((layout) => layout.paletteOpen);
  const typed = useTypedAhead(open);
  useEffect(() => {
    const timer = setTimeout(PaletteDialog.preload, PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const close = () => useLayout.setState({ paletteOpen: false });
  return (
    open && (
      <InFront onClose={close}>
        <PaletteDialog.Part {...context} typed={typed} close={close} />
      </InFront>
    )
  );
}

interface TypedAhead {
  text: string;
  /** Enter came as well: the first match is meant. */
  entered: boolean;
}

/**
 * Ctrl K and the first letters after it are one movement: those that come before the list's code are kept for it, and
 * reach neither the shell that has the focus nor the single keys of the page.
 */
function useTypedAhead(open: boolean): () => TypedAhead {
  const kept = useRef<TypedAhead>({ text: "", entered: false });
  useEffect(() => {
    if (!open) return;
    const keep = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey } = event;
      if (ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return;
      if (key === "Enter") kept.current.entered = true;
      else if (key.length === 1) kept.current.text += key;
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    addEventListener("keydown", keep, true);
    return () => {
      removeEventListener("keydown", keep, true);
      kept.current = { text: "", entered: false };
    };
  }, [open]);
  return () => kept.current;
}
