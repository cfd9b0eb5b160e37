/** The path doctor on the demo cluster: the whole product's own parts at both ends. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoCluster, startDemoCluster } from "#demo/demo-cluster";
import { ApiCluster } from "#kube/api-cluster";
import type { DoctorStep } from "#protocol/doctor";
import { diagnose } from "#server/doctor/doctor";
import { until } from "#testing/loopback";
import { createLogger } from "./log";

let demo: DemoCluster;
beforeAll(async () => {
  demo = await startDemoCluster({ log: createLogger("text", "error") });
});
afterAll(() => demo.close());

async function examine(token: string, pod: string): Promise<DoctorStep[]> {
  const cluster = new ApiCluster({ name: "demo", server: demo.url, user: "test", credential: { token } });
  const steps: DoctorStep[] = [];
  for await (const step of diagnose(cluster, { namespace: "default", pod }, { idleSeconds: 1 })) {
    if (step.result !== "running") steps.push(step);
  }
  cluster.close();
  return steps;
}

describe("the doctor on the demo cluster", () => {
  it("finds everything well for the admin", async () => {
    const steps = await examine(demo.tokens.admin, "web");
    expect(steps.filter(({ result }) => result !== "ok")).toEqual([]);
    expect(steps.at(-1)?.found).toBe("All is well. Terminals and ports work, over WebSocket.");
    await until("the streams to be gone", () => demo.openStreams === 0);
  });

  it("names what the viewer's role lacks, and opens no stream", async () => {
    const steps = await examine(demo.tokens.viewer, "web");
    const of = (name: string) => steps.find((step) => step.name === name);
    expect(of("permissions")).toMatchObject({ result: "failed" });
    expect(of("permissions")?.found).toContain("pods/exec, pods/attach, pods/portforward");
    for (const name of ["exec-websocket", "exec-spdy", "tunnel", "portforward-spdy", "large-message"]) {
      expect(of(name)?.result).toBe("skipped");
    }
    expect(steps.at(-1)).toMatchObject({ name: "verdict", result: "failed" });
  });
});
