import { describe, expect, it } from "vitest";
import type { KubePod } from "#protocol/kube-object.ts";
import { CRASHING, kubePod, RUNNING } from "./pod.fixture.ts";
import { podStatus, podTone } from "./pod-status.ts";

function word(pod: KubePod): string {
  return podStatus(pod).word;
}

describe("podStatus", () => {
  it("calls a pod with a running container Running and counts it as ready", () => {
    expect(podStatus(kubePod("web"))).toEqual({
      word: "Running",
      ready: 1,
      total: 1,
      restarts: 0,
      restartedAt: null,
    });
  });

  it("takes the reason of a waiting container, its restarts, and when the last run ended", () => {
    expect(podStatus(kubePod("web", { containers: [CRASHING] }))).toEqual({
      word: "CrashLoopBackOff",
      ready: 0,
      total: 1,
      restarts: 12,
      restartedAt: Date.parse("2026-11-20T10:57:00Z"),
    });
  });

  it("says Pending before there is any container", () => {
    expect(word({ spec: { containers: [{ name: "app" }] }, status: { phase: "Pending" } })).toBe("Pending");
  });

  it("names a gate that keeps the pod from being scheduled", () => {
    const gated = { phase: "Pending", conditions: [{ type: "PodScheduled", reason: "SchedulingGated" }] };
    expect(word({ status: gated })).toBe("SchedulingGated");
  });

  it("prefers the pod's own reason to its phase", () => {
    expect(word({ status: { phase: "Failed", reason: "Evicted" } })).toBe("Evicted");
  });

  it("names the exit code or the signal of a container that ended without a reason", () => {
    const ended = (terminated: object) =>
      word(kubePod("job", { phase: "Failed", containers: [{ name: "app", state: { terminated } }] }));
    expect(ended({ exitCode: 3 })).toBe("ExitCode:3");
    expect(ended({ exitCode: 137, signal: 9 })).toBe("Signal:9");
    expect(ended({ exitCode: 137, reason: "OOMKilled" })).toBe("OOMKilled");
  });

  it("is Running again while one container runs beside one that completed, and NotReady when the pod is not", () => {
    const done = { name: "init-db", state: { terminated: { reason: "Completed", exitCode: 0 } } };
    const pod = kubePod("web", { containers: [done, RUNNING] });
    expect(word(pod)).toBe("Running");
    expect(podStatus(pod)).toMatchObject({ ready: 1, total: 2 });
    pod.status!.conditions = [{ type: "Initialized", status: "True" }];
    expect(word(pod)).toBe("NotReady");
  });

  it("counts the init containers that are done", () => {
    const pod: KubePod = {
      spec: { containers: [{ name: "app" }], initContainers: [{ name: "one" }, { name: "two" }] },
      status: {
        phase: "Pending",
        initContainerStatuses: [
          { name: "one", state: { terminated: { exitCode: 0 } } },
          { name: "two", state: { running: {} } },
        ],
        containerStatuses: [{ name: "app", state: { waiting: { reason: "PodInitializing" } } }],
      },
    };
    expect(word(pod)).toBe("Init:1/2");
    pod.status!.initContainerStatuses![1] = {
      name: "two",
      restartCount: 4,
      state: { waiting: { reason: "CrashLoopBackOff" } },
    };
    expect(podStatus(pod)).toMatchObject({ word: "Init:CrashLoopBackOff", restarts: 4 });
    pod.status!.initContainerStatuses![1] = { name: "two", state: { terminated: { exitCode: 2 } } };
    expect(word(pod)).toBe("Init:ExitCode:2");
  });

  it("counts a sidecar like a container", () => {
    const pod = kubePod("web");
    pod.spec!.initContainers = [{ name: "proxy", restartPolicy: "Always" }];
    pod.status!.initContainerStatuses = [
      { name: "proxy", started: true, ready: true, restartCount: 2, state: { running: {} } },
    ];
    expect(podStatus(pod)).toMatchObject({ word: "Running", ready: 2, total: 2, restarts: 2 });
  });

  it("says Terminating while the pod is deleted, Unknown when its node is lost, and the end when it had ended", () => {
    const pod = kubePod("web");
    pod.metadata!.deletionTimestamp = "2026-11-20T11:00:00Z";
    expect(word(pod)).toBe("Terminating");
    pod.status!.reason = "NodeLost";
    expect(word(pod)).toBe("Unknown");
    const over = kubePod("job", {
      phase: "Succeeded",
      containers: [{ name: "app", state: { terminated: { reason: "Completed" } } }],
    });
    over.metadata!.deletionTimestamp = "2026-11-20T11:00:00Z";
    expect(word(over)).toBe("Completed");
  });
});

describe("podTone", () => {
  const status = (word: string, ready = 1) => ({ word, ready, total: 1, restarts: 0, restartedAt: null });

  it("is well only when every container is ready", () => {
    expect(podTone(status("Running"), "Running")).toBe("ok");
    expect(podTone(status("Running", 0), "Running")).toBe("warn");
  });

  it.each(["CrashLoopBackOff", "ErrImagePull", "Init:Error", "OOMKilled", "Unknown", "ExitCode:1"])(
    "calls %s bad",
    (word) => {
      expect(podTone(status(word, 0), "Running")).toBe("bad");
    },
  );

  it.each(["Pending", "ContainerCreating", "Init:0/1", "Terminating", "PodInitializing"])(
    "calls %s waiting",
    (word) => {
      expect(podTone(status(word, 0), "Pending")).toBe("warn");
    },
  );

  it("leaves a pod that has done its work alone", () => {
    expect(podTone(status("Completed", 0), "Succeeded")).toBe("idle");
  });
});
