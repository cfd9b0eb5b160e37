import { describe, expect, it } from "vitest";
import { CRASHING, pod } from "../pod/pod.fixture.ts";
import { groupPods } from "./pod-groups.ts";

const done = { name: "app", state: { terminated: { reason: "Completed", exitCode: 0 } } };
const failed = { name: "app", state: { terminated: { reason: "Error", exitCode: 1 } } };

describe("groupPods", () => {
  it("orders by namespace, then workload, with pods of nobody last", () => {
    const groups = groupPods([
      pod("shell"),
      pod("web-0", { owner: ["StatefulSet", "web"] }),
      pod("api-1", { namespace: "alpha", owner: ["StatefulSet", "api"] }),
      pod("db-0", { owner: ["StatefulSet", "db"] }),
    ]);
    expect(groups.map(({ namespace, kind, name }) => `${namespace}/${kind} ${name}`.trim())).toEqual([
      "alpha/StatefulSet api",
      "default/StatefulSet db",
      "default/StatefulSet web",
      "default/Single pods",
    ]);
  });

  it("orders pods by their numbers", () => {
    const [group] = groupPods(
      ["web-10", "web-2"].map((name) => pod(name, { owner: ["StatefulSet", "web"] })),
    );
    expect(group?.pods.map(({ name }) => name)).toEqual(["web-2", "web-10"]);
  });

  it("counts the pods that are well", () => {
    const owner: [string, string] = ["StatefulSet", "web"];
    const [group] = groupPods([pod("web-0", { owner }), pod("web-1", { owner, containers: [CRASHING] })]);
    expect(group?.summary).toBe("1 of 2");
  });

  it("says how the runs of a job went", () => {
    const owner: [string, string] = ["Job", "once"];
    const ended = pod("once-a", { owner, phase: "Succeeded", containers: [done] });
    const broken = pod("once-b", { owner, phase: "Failed", containers: [failed] });
    expect(groupPods([ended])[0]?.summary).toBe("done");
    expect(groupPods([ended, broken])[0]?.summary).toBe("1 failed");
    expect(groupPods([ended, broken, pod("once-c", { owner })])[0]?.summary).toBe("1 running");
  });
});
