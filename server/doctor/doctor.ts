/**
 * The path doctor: tries the way from Porthole to a container step by step, with the very dialers that terminals and
 * forwards use, and says in words which hop fails and what to change. What travels through here is one finding after
 * the other; next hop: the checks, each in a file of its own.
 */

import { DOCTOR_TITLES, type DoctorStep, type DoctorStepName } from "#protocol/doctor.ts";
import { abortable } from "#server/kube/api/abortable.ts";
import { KubeError } from "#server/kube/errors.ts";
import type { Cluster } from "#server/kube/types.ts";
import { StreamError, UpgradeError } from "#server/stream/errors.ts";
import { CHECKS, type Check } from "./checks/checks.ts";
import { type DoctorOptions, type DoctorTarget, Examination } from "./examination.ts";
import { failed, type Outcome, skipped } from "./outcome.ts";
import { verdictOf } from "./verdict.ts";

/** A check stops by itself at its limits; this is for one that does not. */
const CHECK_LIMIT_FACTOR = 8;

/**
 * Every step as it begins, goes on and ends; the last one is the verdict. Ends early when options.signal fires.
 * Whatever a step opened is closed when the next one begins. Never throws for what a cluster does.
 */
export async function* diagnose(
  cluster: Cluster,
  target: DoctorTarget,
  options: DoctorOptions = {},
): AsyncGenerator<DoctorStep, void, undefined> {
  const examination = new Examination(cluster, target, options);
  const over: DoctorStep[] = [];
  for (const check of CHECKS) {
    for await (const step of steps(check, examination, over)) {
      if (examination.aborted) return;
      if (step.result !== "running") over.push(step);
      yield step;
    }
  }
  const name = "verdict";
  yield {
    ...{ name, title: DOCTOR_TITLES[name], tried: "Everything above." },
    ...verdictOf(over, examination),
    ms: Math.round(over.reduce((sum, step) => sum + step.ms, 0)),
  };
}

async function* steps(
  check: Check,
  examination: Examination,
  before: readonly DoctorStep[],
): AsyncGenerator<DoctorStep, void, undefined> {
  const { name } = check;
  const tried = check.tried(examination);
  const base = { name, title: DOCTOR_TITLES[name], tried };
  const started = performance.now();
  const ms = () => Math.round(performance.now() - started);
  const why = reasonToSkip(check, examination, before);
  if (why !== null) {
    yield { ...base, ...skipped(why), ms: 0 };
    return;
  }
  yield { ...base, result: "running", found: "", ms: 0 };
  const running = check.run(examination, examination.limit());
  if ("next" in running) {
    for await (const part of parts(running)) {
      const step = typeof part === "string" ? { result: "running" as const, found: part } : part;
      yield { ...base, ...step, ms: ms() };
    }
    return;
  }
  const limit = examination.limit(examination.stepLimitMs * CHECK_LIMIT_FACTOR);
  const end = await settled(abortable(running, limit));
  yield { ...base, ...("outcome" in end ? end.outcome : end.value), ms: ms() };
}

/** Its progress, then its outcome. Whoever stops listening stops the check, which then closes what it opened. */
async function* parts(
  running: AsyncGenerator<string, Outcome, undefined>,
): AsyncGenerator<string | Outcome, void, undefined> {
  try {
    for (;;) {
      const next = await settled(running.next());
      if ("outcome" in next) {
        yield next.outcome;
        return;
      }
      yield next.value.value;
      if (next.value.done) return;
    }
  } finally {
    await running.return(skipped(""));
  }
}

/** An error that no check expected is a finding too; one that is not ours is a fault of ours and says so. */
async function settled<T>(work: Promise<T>): Promise<{ value: T } | { outcome: Outcome }> {
  try {
    return { value: await work };
  } catch (error) {
    if (error instanceof KubeError && error.code === "CANCELED") {
      return {
        outcome: failed("Nothing was heard in time.", {
          change: "Try again; if it stays so, look at the hop above.",
        }),
      };
    }
    const known = error instanceof KubeError || error instanceof StreamError || error instanceof UpgradeError;
    const words = known ? error.message : "The doctor itself failed at this step.";
    return { outcome: failed(words, { change: "It worked a moment before: try again." }) };
  }
}

function reasonToSkip(check: Check, examination: Examination, before: readonly DoctorStep[]): string | null {
  const missing = check.needs.find((name) => !passed(name, before));
  if (missing) return `Not tried, because of "${DOCTOR_TITLES[missing]}".`;
  return check.unless?.(examination) ?? null;
}

function passed(name: DoctorStepName, before: readonly DoctorStep[]): boolean {
  const result = before.find((step) => step.name === name)?.result;
  return result === "ok" || result === "warning";
}
