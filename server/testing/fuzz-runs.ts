/** How long a fuzz test runs: few cases beside the other tests, as many as PORTHOLE_FUZZ_RUNS says when asked. */

/** No test may run for ever because of a variable. */
const MAX_RUNS = 10_000_000;
/** Measured generously: a case of the slowest property takes less. */
const MS_PER_RUN = 20;
const LEAST_MS = 20_000;

/** @param short cases that take about a second */
export function fuzzRuns(short: number): number {
  const asked = Number(process.env.PORTHOLE_FUZZ_RUNS);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAX_RUNS) : short;
}

/** The time limit of a test with so many cases. */
export function fuzzLimitMs(runs: number): number {
  return Math.max(LEAST_MS, runs * MS_PER_RUN);
}
