"use client";
/** Every question in front of the page. Each opens when its part of the layout store says so: by button, key or palette. */
import { DoctorDialog } from "#components/doctor/doctor-dialog.tsx";
import { ForwardDialog } from "#components/portforward/forward-dialog.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { useLayout } from "./layout/layout-store.ts";
import { OpenDialog } from "./open/open-dialog.tsx";
import { LookDialog } from "./place/look-dialog.tsx";
import { CloseTabDialog } from "./tabs/close-tab-dialog.tsx";

/** @param previews whether the server offers web addresses for ports */
export function Dialogs({ previews }: { previews: boolean }) {
  const { forwardTarget, doctorTarget } = useLayout();
  return (
    <>
      <KeysDialog />
      <CloseTabDialog />
      <OpenDialog />
      <LookDialog />
      <ForwardDialog
        target={forwardTarget}
        previews={previews}
        onClose={() => useLayout.setState({ forwardTarget: null })}
      />
      <DoctorDialog target={doctorTarget} onClose={() => useLayout.setState({ doctorTarget: null })} />
    </>
  );
}
