/** `npm run matrix -- --left-behind`: what a client leaves in the container, and docs/left-behind.md about it. */
import { UsageError } from "../../conformance/options.ts";
import { print, readText, writeText } from "../document-file.ts";
import type { Options } from "../options.ts";
import { MODES } from "../upstreams.ts";
import { kubectlWays } from "./kubectl-ways.ts";
import { faults, renderLeftBehind } from "./left-behind-table.ts";
import { portholeWays } from "./porthole-ways.ts";
import { type LeftCase, type LeftResult, leftCases, runLeftBehind } from "./run-left-behind.ts";
import { streamWays } from "./stream-ways.ts";

/** @returns how many cases failed */
export async function tryLeaving(options: Options, signal: AbortSignal): Promise<number> {
  if (!process.env.PORTHOLE_REFERENCE_BIN)
    throw new UsageError("PORTHOLE_REFERENCE_BIN names no folder with the reference cluster");
  const modes = MODES.filter((mode) => `reference cluster, ${mode}`.includes(options.upstream));
  const all = [...kubectlWays(), ...streamWays(), ...portholeWays()];
  const missing = all.find((way) => way.missing !== null)?.missing;
  if (missing) throw new UsageError(missing);
  const ways = all.filter(({ name }) => name.includes(options.client));
  const cases = leftCases(modes, ways);
  if (cases.length === 0) throw new UsageError("nothing is called so");
  const whole = modes.length === MODES.length && ways.length === all.length;
  const text = readText(options.leftBehindFile);
  const wrong = (results: readonly LeftResult[]) => {
    const found = new Set(faults(results));
    if (options.check && whole && found.size === 0 && renderLeftBehind(inOrder(cases, results)) !== text)
      print("differs: docs/left-behind.md says otherwise");
    return found;
  };
  const run = (chosen: LeftCase[]) =>
    runLeftBehind({ cases: chosen, jobs: options.jobs, onResult: show, signal });
  let results = await run(cases);
  const again = [...faults(results)].map(({ mode, way, load, side }) => ({ mode, way, load, side }));
  if (again.length > 0) {
    // On a machine with other work a client may have had no turn in time: a fault is there twice.
    print(`once more: ${again.length} cases`);
    const second = await run(again);
    results = results.map((one) => second.find((other) => same(one, other)) ?? one);
  }
  const found = wrong(results);
  for (const one of found) print(`FAILED  ${line(one)}`);
  if (!options.check && whole && found.size === 0)
    writeText(options.leftBehindFile, renderLeftBehind(inOrder(cases, results)));
  print(`${results.length - found.size} passed, ${found.size} failed`);
  return found.size;
}

function inOrder(cases: readonly LeftCase[], results: readonly LeftResult[]): LeftResult[] {
  return cases.flatMap((one) => results.filter((other) => same(one, other)));
}

function same(one: LeftCase, other: LeftCase): boolean {
  return (
    one.mode === other.mode &&
    one.way.name === other.way.name &&
    one.load === other.load &&
    one.side === other.side
  );
}

function show(result: LeftResult): void {
  print(`${typeof result.left === "string" ? "FAILED " : "left   "} ${line(result)}`);
}

function line({ mode, way, load, side, left }: LeftResult): string {
  const through = side === "direct" ? "without Porthole" : "through Porthole";
  return `${mode}, ${way.name}, ${load.name}, ${through}: ${left}`;
}
