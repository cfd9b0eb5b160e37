"use client";
import { Dialog } from "#components/ui/overlay/dialog.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { useLayout } from "../layout/layout-store.ts";

const OpenForm = lazyPart("form", () => import("./open-form.tsx").then((module) => module.OpenForm));

/** Any pod, any shell: for what the list does not show, and for containers whose shell is not found by itself. */
export function OpenDialog() {
  const opening = useLayout((layout) => layout.opening);
  const close = () => useLayout.setState({ opening: null });
  return (
    <Dialog
      open={opening !== null}
      onOpenChange={close}
      title={opening?.pod ? `Open a terminal in ${opening.pod}` : "Open a pod by its name"}
    >
      {opening && <OpenForm.Part opening={opening} onClose={close} />}
    </Dialog>
  );
}
