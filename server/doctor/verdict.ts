/** The last line: what works, which way, and the first thing to change. */
import type { DoctorStep, DoctorStepName } from "#protocol/doctor.ts";
import type { Examination } from "./examination.ts";
import { failed, type Outcome, ok, warning } from "./outcome.ts";

/** Each of these has a second wire that can take its place. */
const WIRES: readonly DoctorStepName[] = ["exec-websocket", "exec-spdy", "tunnel", "portforward-spdy"];

export function verdictOf(steps: readonly DoctorStep[], examination: Examination): Outcome {
  const bad = steps.find((step) => step.result === "failed" && !isReplaced(step, examination));
  const words = [worksWords(examination), ...quietWords(steps)].join(" ");
  if (bad) return failed(`${words} ${bad.title} failed: ${bad.found}`, adviceOf(bad));
  const first = steps.find((step) => step.result === "failed" || step.result === "warning");
  if (first) return warning(`${words} ${first.title}: ${first.found}`, adviceOf(first));
  return ok(`All is well. ${words}`);
}

function isReplaced({ name }: DoctorStep, { execWires, tunnelWires }: Examination): boolean {
  if (!WIRES.includes(name)) return false;
  return name.startsWith("exec") ? execWires.length > 0 : tunnelWires.length > 0;
}

function worksWords({ execWires, tunnelWires }: Examination): string {
  const [exec] = execWires;
  const [tunnel] = tunnelWires;
  if (exec && tunnel && exec.name === tunnel.name) return `Terminals and ports work, over ${exec.name}.`;
  const terminals = exec ? `Terminals work over ${exec.name}` : "Terminals do not work";
  const ports = tunnel ? `ports work over ${tunnel.name}` : "ports do not work";
  if (!exec && !tunnel) return "Neither terminals nor ports work.";
  return `${terminals}; ${ports}.`;
}

function quietWords(steps: readonly DoctorStep[]): string[] {
  return steps.some((step) => step.name === "idle" && step.result === "failed")
    ? ["Quiet ones are cut."]
    : [];
}

function adviceOf({ hop, change, configuration }: DoctorStep) {
  return {
    ...(hop === undefined ? {} : { hop }),
    ...(change === undefined ? {} : { change }),
    ...(configuration === undefined ? {} : { configuration }),
  };
}
