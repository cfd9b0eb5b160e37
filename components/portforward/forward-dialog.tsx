"use client";
import { lazy, Suspense } from "react";
import { Dialog } from "#components/ui/dialog";
import { Waiting } from "#components/ui/waiting";

const PortForm = lazy(() => import("./port-form").then((module) => ({ default: module.PortForm })));

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

export function ForwardDialog({ target, previews, onClose }: ForwardDialogProps) {
  return (
    <Dialog
      open={target !== null}
      onOpenChange={onClose}
      title={target ? `Forward a port of ${target.pod}` : ""}
      description="The program in the pod has to listen on it. It need not be declared anywhere."
    >
      {target && (
        <Suspense fallback={<Waiting className="mt-3">Loading the form</Waiting>}>
          <PortForm target={target} previews={previews} onClose={onClose} />
        </Suspense>
      )}
    </Dialog>
  );
}
