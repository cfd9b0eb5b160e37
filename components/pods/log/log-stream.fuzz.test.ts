import fc from "fast-check";
import { expect, it } from "vitest";
import { Recorder } from "../scripted-api.fixture.ts";
import { LogServer, type LogStep } from "./log-server.fixture.ts";
import type { LogState } from "./log-state.ts";
import { LogStream } from "./log-stream.ts";

const RUNS = Number(process.env.PORTHOLE_FUZZ_RUNS) || 500;
/** Most of a run is waiting. */
const AT_ONCE = 10;
const LIMIT_MS = 60_000 + RUNS * 200;
const QUIET_MS = 20;
const TARGET = { cluster: "demo", namespace: "team-a", pod: "api-0", container: "app" };

type Stamps = "fine" | "coarse" | "east" | "mixed zones" | "back" | "at once";

/** Stamps as runtimes write them, and as they should not. Each run begins after the one before. */
function stamped(
  texts: string[],
  stamps: Stamps,
  clock: { second: number; ns: number; n: number },
): string[] {
  return texts.map((text) => {
    clock.n += 1;
    clock.ns += 137_000_001;
    let second = clock.second + Math.floor(clock.ns / 1e9);
    let ns = clock.ns % 1e9;
    let zone = 0;
    if (stamps === "coarse") ns = 0;
    if (stamps === "at once") {
      second = clock.second;
      ns = 5;
    }
    if (stamps === "east" || (stamps === "mixed zones" && clock.n % 2 === 0)) zone = 8;
    // A clock that is set back by an hour, and again.
    if (stamps === "back") second -= (clock.n % 3) * 3_600;
    const date = new Date(Date.UTC(2026, 10, 20, 10, 0, second) + zone * 3_600_000).toISOString();
    const fraction = ns === 0 ? "" : `.${String(ns).padStart(9, "0")}`;
    return `${date.slice(0, 19)}${fraction}${zone ? "+08:00" : "Z"} ${written(text)}`;
  });
}

/** Longer than the kubelet's pieces, and short in a report of a failure. */
function written(text: string): string {
  const [, length] = /^LONG (\d+)$/.exec(text) ?? [];
  return length ? "x".repeat(Number(length)) : text;
}

const text = fc.oneof(
  // Few words, so that equal lines follow each other.
  {
    weight: 12,
    arbitrary: fc.constantFrom("tick", "tock", "", "é日本 ü", "\x1b[31mred\x1b[0m", "1%\r2%\r3%"),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 999 }).map((n) => `line ${n}`) },
  { weight: 1, arbitrary: fc.constantFrom("LONG 40000", "LONG 16384") },
);
const texts = (maxLength: number) => fc.array(text, { maxLength });
const step = fc.record({
  live: texts(8),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
  end: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom("cut" as const, "order" as const) },
    { weight: 4, arbitrary: fc.constantFrom("refused" as const, "no head" as const) },
    { weight: 1, arbitrary: fc.constant("silence" as const) },
  ),
  meanwhile: texts(8),
  restart: fc.boolean(),
  anew: texts(6),
  cutsWhole: fc.boolean(),
});
interface Script {
  stamps: Stamps;
  first: string[];
  steps: LogStep[];
  ignoresTail: boolean;
}
const script: fc.Arbitrary<Script> = fc.record({
  stamps: fc.constantFrom<Stamps>("fine", "coarse", "east", "mixed zones", "back", "at once"),
  first: fc.array(text, { minLength: 1, maxLength: 30 }),
  steps: fc.array(step, { maxLength: 5 }),
  ignoresTail: fc.boolean(),
});

it(
  "each line once and in order, whatever the stamps and however answers end",
  async () => {
    const numRuns = Math.ceil(RUNS / AT_ONCE);
    const limits = { numRuns, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: true };
    const parts = Array.from({ length: AT_ONCE }, () => fc.assert(fc.asyncProperty(script, check), limits));
    await Promise.all(parts);
  },
  LIMIT_MS + 5_000,
);

async function check({ stamps, first, steps, ignoresTail }: Script): Promise<void> {
  const clock = { second: 0, ns: 0, n: 0 };
  const begun = stamped(first, stamps, clock);
  const played = steps.map((one): LogStep => {
    const live = stamped(one.live, stamps, clock);
    const meanwhile = stamped(one.meanwhile, stamps, clock);
    // No container starts anew in the second in which it wrote, nor by a clock that repeats itself.
    if (one.restart) Object.assign(clock, { second: clock.second + 86_400, ns: 0 });
    return { ...one, live, meanwhile, anew: stamped(one.anew, stamps, clock) };
  });
  const server = await new LogServer(begun, played, ignoresTail).start();
  const states = new Recorder<LogState>();
  const stream = new LogStream({
    target: TARGET,
    previous: false,
    onState: states.record,
    base: server.base,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    quietMs: QUIET_MS,
  });
  try {
    stream.start();
    const over = await states.until(({ phase, waits }) => phase === "ended" && !waits && server.overTold > 1);
    const shown = over.lines.filter(({ divider }) => !divider);
    expect(shown.map((line) => `${line.time} ${line.raw ?? line.text}`)).toEqual(server.written);
    expect(over.lines.filter(({ divider }) => divider === "gap")).toEqual([]);
    const ids = over.lines.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((one, other) => one - other));
  } finally {
    stream.stop();
    await server.stop();
  }
}
