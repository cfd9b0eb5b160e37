"use client";
import { useState } from "react";
import { Button } from "#components/ui/control/button.tsx";
import { copyText } from "#components/ui/overlay/clipboard.ts";
import { DialogActions } from "#components/ui/overlay/dialog.tsx";
import { Notice } from "#components/ui/page/notice.tsx";
import { Waiting } from "#components/ui/page/waiting.tsx";
import type { DoctorRequest } from "#protocol/doctor.ts";
import { DoctorStepRow } from "./doctor-step-row.tsx";
import { doctorText } from "./doctor-steps.ts";
import { useDoctor } from "./use-doctor.ts";

/** The doctor's findings, from the first step to the verdict. Runs while it is on the page. */
export function DoctorFindings({ request, base = "" }: { request: DoctorRequest; base?: string }) {
  const [attempt, setAttempt] = useState(1);
  const { steps, running, problem, heldBack, stop } = useDoctor(request, attempt, base);
  const verdict = steps.find(({ name }) => name === "verdict");
  const place = [request.cluster, request.namespace, request.pod].filter(Boolean).join(" / ");
  // Announced by name: the quiet streams take a minute, and a wait without a name looks like a fault.
  const begun = steps.at(-1)?.result === "running" ? steps.at(-1) : undefined;
  return (
    <>
      {running && <Waiting className="mt-3">{begun ? `Trying: ${begun.title}` : "Asking Porthole"}</Waiting>}
      {problem !== null && (
        <Notice tone="bad" title="There is no verdict">
          {problem}
        </Notice>
      )}
      {/* First, although it comes last: it is what the person came for. */}
      {verdict && (
        <ul aria-label="Verdict" className="mt-3 rounded-md bg-raise px-3">
          <DoctorStepRow step={verdict} />
        </ul>
      )}
      {heldBack && (
        <Notice tone="warn" title="Something between this browser and Porthole keeps answers back">
          The findings came all at once instead of one after the other. Switch buffering off in the proxy in
          front of Porthole (docs/proxies.md, “In front of Porthole”): logs are late as well.
        </Notice>
      )}
      <ol aria-label="Steps" className="mt-2 flex flex-col px-3">
        {steps
          .filter(({ name }) => name !== "verdict")
          .map((step) => (
            <DoctorStepRow key={step.name} step={step} />
          ))}
      </ol>
      <DialogActions>
        {steps.length > 0 && (
          <Button onClick={() => void copyText(doctorText(place, steps), "findings")}>Copy as text</Button>
        )}
        {running ? (
          <Button onClick={stop}>Stop</Button>
        ) : (
          <Button variant="primary" onClick={() => setAttempt(attempt + 1)}>
            Try again
          </Button>
        )}
      </DialogActions>
    </>
  );
}
