/** Runs the doctor for a test and keeps its findings by name. */
import { onTestFinished } from "vitest";
import type { DoctorStep, DoctorStepName } from "#protocol/doctor.ts";
import { ApiContext, type ApiContextOptions } from "#server/kube/api/api-context.ts";
import type { Cluster } from "#server/kube/types.ts";
import { type Knobs, startApiServer } from "./api-server.fixture.ts";
import { diagnose } from "./doctor.ts";
import type { DoctorOptions } from "./examination.ts";
import { type Faults, startFaultyWay } from "./faulty-way.fixture.ts";

export const TARGET = { namespace: "default", pod: "web" };

/** So that a fault that shows as silence does not keep a test waiting. */
const TEST_STEP_LIMIT_MS = 1_500;

export interface Findings {
  of(name: DoctorStepName): DoctorStep;
  results: Record<string, string>;
  all: DoctorStep[];
}

export async function examine(cluster: Cluster, options: DoctorOptions = {}): Promise<Findings> {
  const all: DoctorStep[] = [];
  const given = { idleSeconds: 0, stepLimitMs: TEST_STEP_LIMIT_MS, ...options };
  for await (const step of diagnose(cluster, TARGET, given)) {
    if (step.result !== "running") all.push(step);
  }
  const of = (name: DoctorStepName) => {
    const found = all.find((step) => step.name === name);
    if (!found) throw new Error(`there is no step ${name}`);
    return found;
  };
  return { of, all, results: Object.fromEntries(all.map(({ name, result }) => [name, result])) };
}

export function clusterAt(server: string, extra: Partial<ApiContextOptions> = {}): Cluster {
  const context = new ApiContext({
    name: "test",
    server,
    user: "tester",
    credential: { token: "token-of-the-test" },
    ...extra,
  });
  onTestFinished(() => context.close());
  return context.as(null);
}

/** What the doctor says of an API server with these knobs, behind a network with these faults. */
export async function examineFaults(
  { knobs = {}, faults }: { knobs?: Knobs; faults?: Faults },
  options: DoctorOptions = {},
): Promise<Findings & { open: () => number }> {
  const server = await startApiServer(knobs);
  const way = faults ? await startFaultyWay(server.port, faults) : null;
  const cluster = clusterAt(way?.url ?? server.url);
  const findings = await examine(cluster, options);
  return { ...findings, open: () => server.sockets.size };
}
