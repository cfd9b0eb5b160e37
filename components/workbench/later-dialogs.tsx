"use client";
import { useEffect } from "react";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import type { LoginInfo } from "#protocol/api.ts";
import { InFront } from "./in-front.tsx";
import { NOTHING_ASKED, useLayout } from "./layout/layout-store.ts";

/** Come once the page has arrived, or with the first question: the first terminal does not wait for them. */
const Dialogs = lazyPart("question", () => import("./dialogs.tsx").then((module) => module.Dialogs));

/** Long after the page has arrived and shown what was asked of it. */
const PRELOAD_AFTER_MS = 4_000;

export function LaterDialogs({ info }: { info: LoginInfo }) {
  const asked = useLayout(
    ({ keysOpen, signingOut, closingTab, opening, forwardTarget, doctorTarget, lookTarget }) =>
      keysOpen ||
      signingOut ||
      [closingTab, opening, forwardTarget, doctorTarget, lookTarget].some((question) => question !== null),
  );
  useEffect(() => {
    const timer = setTimeout(Dialogs.preload, PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    asked && (
      <InFront onClose={() => useLayout.setState(NOTHING_ASKED)}>
        <Dialogs.Part info={info} />
      </InFront>
    )
  );
}
