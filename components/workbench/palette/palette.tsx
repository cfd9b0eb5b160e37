"use client";
import { useEffect } from "react";
import { Dialog } from "#components/ui/overlay/dialog.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { useLayout } from "../layout/layout-store.ts";
import type { PaletteContext } from "./use-palette-sources.ts";

/** Comes when it is first asked for: the first terminal does not wait for it. */
const PaletteList = lazyPart("palette", () =>
  import("./palette-list.tsx").then((module) => module.PaletteList),
);

/** Long after the page has arrived and shown what was asked of it. */
const PRELOAD_AFTER_MS = 5_000;

/** Ctrl K: everything there is, by typing a few letters of it. */
export function Palette(context: PaletteContext) {
  const open = useLayout((layout) => layout.paletteOpen);
  // Ctrl K and the first letters after it are one movement: what is typed before the list is there would be lost.
  useEffect(() => {
    const timer = setTimeout(PaletteList.preload, PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const close = () => useLayout.setState({ paletteOpen: false });
  return (
    <Dialog open={open} onOpenChange={close} title="Find" bare className="w-144">
      <PaletteList.Part {...context} close={close} />
    </Dialog>
  );
}
