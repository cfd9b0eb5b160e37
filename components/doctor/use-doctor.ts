"use client";
import { useEffect, useState } from "react";
import { errorWords } from "#components/ui/api-client.ts";
import type { DoctorRequest, DoctorStep } from "#protocol/doctor.ts";
import { type Arrival, runDoctor } from "./doctor-run.ts";
import { arrivedTogether, withStep } from "./doctor-steps.ts";

export interface DoctorRun {
  /** One for each step that has begun, the verdict last. */
  steps: readonly DoctorStep[];
  running: boolean;
  /** Why there is no verdict. */
  problem: string | null;
  /** Something in front of Porthole keeps answers back. */
  heldBack: boolean;
}

const BEGINNING: DoctorRun = { steps: [], running: true, problem: null, heldBack: false };

/** Runs as long as the component is there, and again for each new attempt. */
export function useDoctor(request: DoctorRequest, attempt: number, base = ""): DoctorRun & { stop(): void } {
  const [run, setRun] = useState(BEGINNING);
  const [stopper, setStopper] = useState(() => new AbortController());
  // By its content: the dialog draws anew with a new but equal request, which must not begin the run again.
  const key = JSON.stringify(request);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks again
  useEffect(() => {
    const controller = new AbortController();
    setStopper(controller);
    setRun(BEGINNING);
    void follow(JSON.parse(key) as DoctorRequest, controller.signal, base, setRun);
    return () => controller.abort();
  }, [key, attempt, base]);

  const stop = () => {
    stopper.abort();
    setRun((last) => ({ ...last, running: false, problem: "Stopped." }));
  };
  return { ...run, stop };
}

async function follow(
  request: DoctorRequest,
  signal: AbortSignal,
  base: string,
  setRun: (change: (last: DoctorRun) => DoctorRun) => void,
): Promise<void> {
  const arrivals: Arrival[] = [];
  let problem: string | null = null;
  try {
    for await (const arrival of runDoctor(request, signal, base)) {
      // A run that was given up may still deliver; the next one shows its own steps by now.
      if (signal.aborted) return;
      arrivals.push(arrival);
      setRun((last) => ({ ...last, steps: withStep(last.steps, arrival.step) }));
    }
    if (arrivals.at(-1)?.step.name !== "verdict") problem = "The connection to Porthole was lost.";
  } catch (error) {
    problem = errorWords(error);
  }
  if (signal.aborted) return;
  setRun((last) => ({ ...last, running: false, problem, heldBack: arrivedTogether(arrivals) }));
}
