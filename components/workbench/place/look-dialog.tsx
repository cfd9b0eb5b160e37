"use client";
import { Dialog } from "#components/ui/overlay/dialog.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { useLayout } from "../layout/layout-store.ts";

const LookForm = lazyPart("form", () => import("./look-form.tsx").then((module) => module.LookForm));

/** Opened from the list of clusters and from the palette. */
export function LookDialog() {
  const cluster = useLayout((layout) => layout.lookTarget);
  const close = () => useLayout.setState({ lookTarget: null });
  return (
    <Dialog
      open={cluster !== null}
      onOpenChange={close}
      title="Name and colour"
      description={<span className="break-all font-mono text-mono">{cluster}</span>}
    >
      {cluster !== null && <LookForm.Part key={cluster} cluster={cluster} onClose={close} />}
    </Dialog>
  );
}
