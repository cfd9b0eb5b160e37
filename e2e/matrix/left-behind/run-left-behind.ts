/** Lets every client leave in every way, and counts what is left in the container. */
import { setTimeout as delay } from "node:timers/promises";
import type { Mode } from "../../reference/reference-cluster.ts";
import { limited } from "../../waiting.ts";
import { LeavingSite } from "./leaving-site.ts";
import type { Side, Way } from "./ways.ts";
import { MarkedRun, WORKLOADS, type Workload } from "./workload.ts";

/** As long as a person would wait before a look. */
export const LEFT_AFTER_MS = 5_000;
/** Starting and leaving; not the wait after it. */
const CASE_LIMIT_MS = 30_000;

export interface LeftCase {
  mode: Mode;
  way: Way;
  load: Workload;
  side: Side;
}

export interface LeftResult extends LeftCase {
  /** Processes; a sentence when it could not be tried. */
  left: number | string;
}

export interface LeftOptions {
  cases: readonly LeftCase[];
  /** Clients that start at a time. */
  jobs: number;
  onResult(result: LeftResult): void;
  signal: AbortSignal;
}

export function leftCases(modes: readonly Mode[], ways: readonly Way[]): LeftCase[] {
  return modes.flatMap((mode) =>
    ways.flatMap((way) =>
      WORKLOADS.filter((load) => way.takes(load)).flatMap((load) => [
        ...(way.direct(mode) ? [{ mode, way, load, side: "direct" as const }] : []),
        { mode, way, load, side: "porthole" as const },
      ]),
    ),
  );
}

export async function runLeftBehind({ cases, jobs, onResult, signal }: LeftOptions): Promise<LeftResult[]> {
  const results: LeftResult[] = [];
  for (const mode of new Set(cases.map((one) => one.mode))) {
    const site = await LeavingSite.open(mode);
    const add = (one: LeftCase, left: LeftResult["left"]) => {
      const result = { ...one, left };
      results.push(result);
      onResult(result);
    };
    try {
      await tryAll(
        site,
        cases.filter((one) => one.mode === mode),
        jobs,
        signal,
        add,
      );
    } finally {
      await site.close();
    }
  }
  return results;
}

async function tryAll(
  site: LeavingSite,
  cases: LeftCase[],
  jobs: number,
  signal: AbortSignal,
  add: (one: LeftCase, left: LeftResult["left"]) => void,
): Promise<void> {
  const looks: Promise<void>[] = [];
  // First what takes longest.
  cases.sort((one, other) => (other.way.afterMs ?? 0) - (one.way.afterMs ?? 0));
  const worker = async () => {
    for (let next = cases.shift(); next && !signal.aborted; next = cases.shift()) {
      const one = next;
      try {
        const look = await limited(leave(site, one), "a client to come and leave", CASE_LIMIT_MS);
        // What waits costs nothing: the next client starts meanwhile.
        looks.push(look().then((left) => add(one, left)));
      } catch (error) {
        add(one, (error as Error).message);
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  await Promise.all(looks);
  signal.throwIfAborted();
}

/** @returns what waits, and counts */
async function leave(site: LeavingSite, { way, load, side }: LeftCase): Promise<() => Promise<number>> {
  const { place, done } = await site.place(side, way.ownPorthole === true);
  // An attached process looks like every other one: it is known by being new.
  const unlock = await site.lock(load.subresource);
  const run = new MarkedRun(load, site.clusterPid);
  try {
    const go = await way.start(place, load, run);
    run.started();
    unlock();
    await go();
  } catch (error) {
    run.end();
    await done();
    throw error;
  } finally {
    unlock();
  }
  return async () => {
    await delay((way.afterMs ?? 0) + LEFT_AFTER_MS);
    const left = run.pids().length;
    run.end();
    await done();
    return left;
  };
}
