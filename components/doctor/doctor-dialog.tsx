"use client";
import { Dialog } from "#components/ui/overlay/dialog.tsx";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { DEFAULT_IDLE_SECONDS, type DoctorRequest } from "#protocol/doctor.ts";

interface DoctorDialogProps {
  /** Null: closed. Without a pod Porthole takes one that runs. */
  target: DoctorRequest | null;
  onClose: () => void;
}

/** Rarely opened, and never in a hurry. */
const Findings = lazyPart("doctor", () =>
  import("./doctor-findings.tsx").then((module) => module.DoctorFindings),
);

/** The path doctor for a pod: every hop from Porthole to its container, tried now. */
export function DoctorDialog({ target, onClose }: DoctorDialogProps) {
  const place = target && (target.pod ?? `a pod of ${target.namespace}`);
  return (
    <Dialog
      open={target !== null}
      onOpenChange={onClose}
      title={`The path to ${place}`}
      description={`Every hop from Porthole to the container is tried, with streams that stay quiet for ${DEFAULT_IDLE_SECONDS} seconds at the end.`}
      className="w-180"
    >
      {/* Only while it is open: the run begins with the part and is given up with it. */}
      {target && <Findings.Part request={target} />}
    </Dialog>
  );
}
