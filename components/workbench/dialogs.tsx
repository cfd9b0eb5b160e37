"use client";
/** Every question in front of the page. Each opens when its part of the layout store says so: by button, key or palette. */
import { DoctorDialog } from "#components/doctor/doctor-dialog.tsx";
import { ForwardDialog } from "#components/portforward/forward-dialog.tsx";
import type { LoginInfo } from "#protocol/api.ts";
import { KeysDialog } from "./keys-dialog.tsx";
import { useLayout } from "./layout/layout-store.ts";
import { SignOutDialog } from "./login/sign-out-dialog.tsx";
import { OpenDialog } from "./open/open-dialog.tsx";
import { LookDialog } from "./place/look-dialog.tsx";
import { CloseTabDialog } from "./tabs/close-tab-dialog.tsx";

/** @param info what the server offers for ports */
export function Dialogs({ info }: { info: LoginInfo }) {
  const { forwardTarget, doctorTarget } = useLayout();
  return (
    <>
      <KeysDialog />
      <CloseTabDialog />
      <SignOutDialog />
      <OpenDialog />
      <LookDialog />
      <ForwardDialog
        target={forwardTarget}
        previews={info.previewOrigin !== null}
        localPorts={info.localPorts}
        onClose={() => useLayout.setState({ forwardTarget: null })}
      />
      <DoctorDialog target={doctorTarget} onClose={() => useLayout.setState({ doctorTarget: null })} />
    </>
  );
}
