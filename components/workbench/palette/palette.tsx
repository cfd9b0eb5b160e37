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

/** Ctrl K and the first letters after it are one movement: those that come before the list's code are kept for it. */
function useTypedAhead(open: boolean): () => string {
  const text = useRef("");
  useEffect(() => {
    if (!open) return;
    const keep = ({ target, key, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      const letter = key.length === 1 && !ctrlKey && !metaKey && !altKey;
      if (letter && !(target instanceof HTMLInputElement)) text.current += key;
    };
    addEventListener("keydown", keep);
    return () => {
      removeEventListener("keydown", keep);
      text.current = "";
    };
  }, [open]);
  return () => text.current;
}
