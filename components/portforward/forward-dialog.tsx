"use client";
import { Dialog } from "#components/ui/overlay/dialog.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";

export interface ForwardTarget {
  cluster: string;
  namespace: string;
  pod: string;
  /** What the pod declares; any other number can be typed. */
  ports: readonly { port: number; name: string }[];
}

export interface ForwardDialogProps {
  target: ForwardTarget | null;
  /** False when the server offers no web addresses: then a TCP port is all there is. */
  previews: boolean;
  onClose: () => void;
}

const PortForm = lazyPart("form", () => import("./port-form.tsx").then((module) => module.PortForm));

export function ForwardDialog({ target, previews, onClose }: ForwardDialogProps) {
  return (
    <Dialog
      open={target !== null}
      onOpenChange={onClose}
      title={target ? `Forward a port of ${target.pod}` : ""}
      description="The program in the pod has to listen on it. It need not be declared anywhere."
    >
      {target && <PortForm.Part target={target} previews={previews} onClose={onClose} />}
    </Dialog>
  );
}
