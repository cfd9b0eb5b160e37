import { describe, expect, it } from "vitest";
import { kubePod, type PodShape } from "./pod.fixture.ts";
import { suffixStart, workloadOf } from "./pod-workload.ts";

function workload(shape: PodShape) {
  return workloadOf(kubePod("any", shape));
}

describe("workloadOf", () => {
  it("names the Deployment behind a ReplicaSet by taking the hash away", () => {
    expect(workload({ owner: ["ReplicaSet", "web-7c9f6b5d4c"], hash: "7c9f6b5d4c" })).toEqual({
      kind: "Deployment",
      name: "web",
    });
  });

  it("leaves a ReplicaSet of its own alone", () => {
    expect(workload({ owner: ["ReplicaSet", "web-7c9f6b5d4c"] })).toEqual({
      kind: "ReplicaSet",
      name: "web-7c9f6b5d4c",
    });
  });

  it("puts the runs of a CronJob together, but not a Job whose name ends in a number", () => {
    expect(workload({ owner: ["Job", "pay-out-28813920"] })).toEqual({ kind: "CronJob", name: "pay-out" });
    expect(workload({ owner: ["Job", "migrate-42"] })).toEqual({ kind: "Job", name: "migrate-42" });
  });

  it("has a word for pods of a node and for pods of nobody", () => {
    expect(workload({ owner: ["Node", "node-a"] }).kind).toBe("Static pods");
    expect(workload({}).kind).toBe("Single pods");
  });
});

describe("suffixStart", () => {
  it("begins after the workload's name", () => {
    expect(suffixStart("web-7c9f6-2xk8d", { kind: "Deployment", name: "web" })).toBe(3);
    expect(suffixStart("ledger-0", { kind: "StatefulSet", name: "ledger" })).toBe(6);
  });

  it("begins after the generated name's stem when the owner is called otherwise", () => {
    expect(suffixStart("run-x8v2p", { kind: "Workflow", name: "nightly" }, "run-")).toBe(3);
  });

  it("finds no made-up part in a name that a person chose", () => {
    expect(suffixStart("shell", { kind: "Single pods", name: "" })).toBe(5);
    expect(suffixStart("webmail-1", { kind: "Deployment", name: "web" })).toBe(9);
  });
});
