"use client";
import { Dialog } from "#components/ui/overlay/dialog.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { useLayout } from "./layout/layout-store.ts";

const KeysHelp = lazyPart("keys", () => import("./keys-help.tsx").then((module) => module.KeysHelp));

/** Opened by "?" and from the header. */
export function KeysDialog() {
  const open = useLayout((layout) => layout.keysOpen);
  return (
    <Dialog open={open} onOpenChange={(next) => useLayout.setState({ keysOpen: next })} title="Keys">
      {open && <KeysHelp.Part />}
    </Dialog>
  );
}
