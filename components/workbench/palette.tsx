"use client";
import { useEffect } from "react";
import { Dialog } from "#components/ui/dialog";
import { lazyPart } from "#components/ui/lazy-part";
import { useLayout } from "./layout-store";
import type { PaletteContext } from "./use-palette-sources";

/** Comes when it is first asked for: the first terminal does not wait for it. */
const PaletteList = lazyPart("palette", () => import("./palette-list").then((module) => module.PaletteList));

/** Long after the page has arrived and shown what was asked of it. */
const PRELOAD_AFTER_MS = 5_000;

/** Ctrl K: everything there is, by typing a few letters of it. */
export function Palette(context: PaletteContext) {
  const open = useLayout((layout) => layout.paletteOpen);
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
