/** What is made of the doctor's steps: the list that is shown, a text to send on, a guess about what is between. */
import type { DoctorStep } from "#protocol/doctor.ts";
import type { Arrival } from "./doctor-run.ts";

/** A later finding of a step takes the place of an earlier one. */
export function withStep(steps: readonly DoctorStep[], step: DoctorStep): DoctorStep[] {
  const last = steps.at(-1);
  return last?.name === step.name ? [...steps.slice(0, -1), step] : [...steps, step];
}

/** For a message to whoever runs the cluster or the proxy. */
export function doctorText(place: string, steps: readonly DoctorStep[]): string {
  const lines = [`The path from Porthole to ${place}`, ""];
  for (const { result, title, found, hop, change, configuration } of steps) {
    // A step without a result yet is no finding, and whoever reads the text cannot wait for it.
    if (result === "running") continue;
    lines.push(`${result}: ${title}: ${found}`);
    if (hop) lines.push(`    where: ${hop}`);
    if (change) lines.push(`    change: ${change}`);
    if (configuration) lines.push(`    see: docs/proxies.md, "${configuration}"`);
  }
  return `${lines.join("\n")}\n`;
}

/** Steps that took this long in all should not arrive together. */
const MIN_SPREAD_MS = 3_000;
/** Of the time the steps took: nothing that passes answers on makes them arrive in less. */
const TOGETHER_PART = 0.2;

/**
 * Whether something between this browser and Porthole keeps answers back until they are whole: then logs and watches
 * are late as well.
 */
export function arrivedTogether(arrivals: readonly Arrival[]): boolean {
  const [first] = arrivals;
  const last = arrivals.at(-1);
  if (!first || last?.step.name !== "verdict" || last.step.ms < MIN_SPREAD_MS) return false;
  return last.afterMs - first.afterMs < last.step.ms * TOGETHER_PART;
}
