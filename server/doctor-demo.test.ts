/** The path doctor on the demo cluster, in good health, as an old cluster, and with each of its faults. */
import { afterEach, describe, expect, it } from "vitest";
import type { DoctorStep, DoctorStepName } from "#protocol/doctor.ts";
import type { DemoCluster } from "#server/demo/demo-cluster.ts";
import { FAULT_NAMES } from "#server/demo/faults/faults.ts";
import { type FaultyDemoOptions, startFaultyDemoCluster } from "#server/demo/faults/faulty-demo-cluster.ts";
import { diagnose } from "#server/doctor/doctor.ts";
import type { DoctorOptions } from "#server/doctor/examination.ts";
import { ApiContext } from "#server/kube/api/api-context.ts";
import { until } from "#server/testing/loopback.ts";
import { createLogger } from "./log.ts";

/** Faults that show as silence are waited for this long. A busy machine starts a process in a second. */
const STEP_LIMIT_MS = 4_000;

const LONGEST_MS = 60_000;
const LOG = createLogger("text", "error");

let demo: DemoCluster | undefined;
afterEach(async () => {
  await demo?.close();
  demo = undefined;
});

async function start(options: Partial<FaultyDemoOptions> = {}): Promise<DemoCluster> {
  demo = await startFaultyDemoCluster({ log: LOG, ...options });
  return demo;
}

async function examine(
  { url }: DemoCluster,
  token: string,
  { idleSeconds = 0, stepLimitMs = STEP_LIMIT_MS }: DoctorOptions = {},
): Promise<Record<DoctorStepName, DoctorStep>> {
  const context = new ApiContext({ name: "demo", server: url, user: "test", credential: { token } });
  const options = { idleSeconds, stepLimitMs };
  const steps: [string, DoctorStep][] = [];
  for await (const step of diagnose(context.as(null), { namespace: "default", pod: "web" }, options)) {
    if (step.result !== "running") steps.push([step.name, step]);
  }
  context.close();
  return Object.fromEntries(steps) as Record<DoctorStepName, DoctorStep>;
}

describe("the doctor on the demo cluster", () => {
  it("finds everything well for the admin, and leaves nothing open", async () => {
    const cluster = await start();
    const steps = await examine(cluster, cluster.tokens.admin, { idleSeconds: 1 });
    expect(Object.values(steps).filter(({ result }) => result !== "ok")).toEqual([]);
    expect(steps.verdict.found).toBe("All is well. Terminals and ports work, over WebSocket.");
    await until("the streams to be gone", () => cluster.openStreams === 0);
  });

  it("names what the viewer's role lacks, and opens no stream", async () => {
    const cluster = await start();
    const steps = await examine(cluster, cluster.tokens.viewer);
    expect(steps.permissions).toMatchObject({ result: "failed" });
    expect(steps.permissions.found).toContain("pods/exec, pods/attach, pods/portforward");
    for (const name of ["exec-websocket", "exec-spdy", "tunnel", "portforward-spdy"] as const) {
      expect(steps[name].result).toBe("skipped");
    }
    expect(steps.verdict.result).toBe("failed");
  });

  it("takes an old cluster for what it is: SPDY works, and nothing is broken", async () => {
    const cluster = await start({ mode: "legacy" });
    const steps = await examine(cluster, cluster.tokens.admin);
    expect(steps["exec-websocket"]).toMatchObject({ result: "warning" });
    expect(steps["exec-websocket"].found).toMatch(/^Not there: /);
    expect(steps.tunnel).toMatchObject({ result: "warning" });
    expect(steps.verdict).toMatchObject({ result: "warning" });
    expect(steps.verdict.found).toContain("Terminals and ports work, over SPDY.");
  });
});

interface Expected {
  /** Of the verdict. */
  result: "ok" | "warning" | "failed";
  step: DoctorStepName;
  says: RegExp;
  options?: DoctorOptions;
}

const EXPECTED: Record<string, Expected> = {
  "refuse-upgrade=502": {
    result: "warning",
    step: "exec-websocket",
    says: /answered 502 in the API server's/,
  },
  "refuse-spdy=502": { result: "warning", step: "exec-spdy", says: /answered 502 in the API server's place/ },
  "drop-after=300000": {
    result: "failed",
    step: "large-message",
    says: /^A transfer of 1 MiB was cut after \d+ of/,
  },
  stall: {
    ...{ result: "failed", step: "exec-websocket", says: /answered well, and then nothing came back/ },
    options: { stepLimitMs: 1_000 },
  },
  "half-frame": {
    result: "failed",
    step: "exec-websocket",
    says: /answered well, and then the connection was cut/,
  },
  "forward-error=no such network namespace": {
    ...{ result: "failed", step: "tunnel", says: /the node cannot forward: .*no such network namespace/ },
  },
  "slow-reader=120000": {
    result: "warning",
    step: "large-message",
    says: /^It is slow: \d+ of 1048576 bytes/,
  },
  "no-status": { result: "warning", step: "exec-websocket", says: /But the exit status is missing/ },
  "no-shell": { result: "ok", step: "exec-websocket", says: /has no usable `cat`/ },
  "no-subprotocol": {
    result: "warning",
    step: "exec-websocket",
    says: /^The answer to the upgrade is wrong: /,
  },
  "early-data": { result: "failed", step: "exec-spdy", says: /^Other bytes came back than were sent/ },
  goaway: { result: "failed", step: "tunnel", says: /^The upgrade to WebSocket was answered well, and then/ },
  "reset-all": { result: "failed", step: "exec-websocket", says: /and then the connection was cut/ },
  "review-fails": {
    ...{
      result: "failed",
      step: "permissions",
      says: /does not say what this role may do: .*authorizer is broken/,
    },
  },
  "review-hangs": {
    ...{ result: "failed", step: "permissions", says: /does not say what this role may do/ },
    options: { stepLimitMs: 1_000 },
  },
  "never-pong": {
    ...{ result: "failed", step: "idle", says: /for 12 quiet seconds, but no ping was answered/ },
    options: { idleSeconds: 12, stepLimitMs: 2_500 },
  },
};

describe("a fault of the demo cluster", () => {
  it.each(Object.entries(EXPECTED))(
    "%s: is found at its step",
    async (fault, expected) => {
      const cluster = await start({ faults: [fault] });
      const steps = await examine(cluster, cluster.tokens.admin, expected.options);
      expect(steps[expected.step].found).toMatch(expected.says);
      expect(steps.verdict.result).toBe(expected.result);
      if (expected.result !== "ok") {
        expect(steps.verdict.hop).toBeTruthy();
        expect(steps.verdict.change).toBeTruthy();
      }
    },
    LONGEST_MS,
  );

  it("is known to the doctor, whichever it is", () => {
    expect(Object.keys(EXPECTED).map((spec) => spec.split("=")[0])).toEqual(
      expect.arrayContaining(FAULT_NAMES),
    );
  });
});
