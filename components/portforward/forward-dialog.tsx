"use client";
import { Dialog } from "#components/ui/overlay/dialog.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import type { ForwardTarget, PortFormProps } from "./port-form.tsx";

interface ForwardDialogProps extends Omit<PortFormProps, "target"> {
  /** Null: closed. */
  target: ForwardTarget | null;
}

const PortForm = lazyPart("form", () => import("./port-form.tsx").then((module) => module.PortForm));

/** Asks for any port: an image need not declare what it listens on, and many do not. */
export function ForwardDialog({ target, onClose, ...offered }: ForwardDialogProps) {
  return (
    <Dialog
      open={target !== null}
      onOpenChange={onClose}
      title={target ? `Forward a port of ${target.pod}` : ""}
      description="The program in the pod has to listen on it. It need not be declared anywhere."
    >
      {target && <PortForm.Part target={target} {...offered} onClose={onClose} />}
    </Dialog>
  );
}
