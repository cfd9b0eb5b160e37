import { describe, expect, it } from "vitest";
import type { AccessInfo } from "#protocol/api.ts";
import { CRASHING, pod, RUNNING } from "../pod/pod.fixture.ts";
import { readPod } from "../pod/pod.ts";
import { logsReason, portReason, runningContainers, shellContainer, shellReason } from "./pod-actions.ts";

const yes = { allowed: true };
const no = { allowed: false, reason: "You may not create pods/exec in payments." };
const all: AccessInfo = { exec: yes, attach: yes, portforward: yes, log: yes };

describe("what can be done with a pod", () => {
  it("is everything with one that runs, also while the rights are not known", () => {
    const running = pod("web");
    for (const access of [all, null]) {
      expect([
        shellReason(running, access),
        logsReason(running, access),
        portReason(running, access),
      ]).toEqual([undefined, undefined, undefined]);
    }
  });

  it("is refused in the words of the rights", () => {
    expect(shellReason(pod("web"), { ...all, exec: no })).toBe(no.reason);
    expect(portReason(pod("web"), { ...all, portforward: no })).toBe(no.reason);
    expect(logsReason(pod("web"), { ...all, log: { allowed: false } })).toBe(
      "Your credential may not do this.",
    );
  });

  it("is no shell while a container crashes, but its log", () => {
    const crashing = pod("web", { containers: [CRASHING] });
    expect(shellReason(crashing, all)).toContain("Open Logs");
    expect(logsReason(crashing, all)).toBeUndefined();
  });

  it("is nothing before a container has started", () => {
    const pending = pod("web", {
      phase: "Pending",
      containers: [{ name: "app", state: { waiting: { reason: "ContainerCreating" } } }],
    });
    expect(shellReason(pending, all)).toContain("ContainerCreating");
    expect(logsReason(pending, all)).toContain("no log");
    expect(portReason(pending, all)).toBeDefined();
  });

  it("is a shell in an init container that runs, and no word that none does", () => {
    const starting = readPod({
      metadata: { name: "web", namespace: "default" },
      spec: { containers: [{ name: "app" }], initContainers: [{ name: "migrate" }] },
      status: {
        phase: "Pending",
        containerStatuses: [{ name: "app", state: { waiting: { reason: "PodInitializing" } } }],
        initContainerStatuses: [{ name: "migrate", state: { running: {} } }],
      },
    })!;
    expect(shellReason(starting, all)).toBeUndefined();
    expect(portReason(starting, all)).toContain("Only the init container migrate runs yet");
  });

  it.each([
    [
      "a node that does not report",
      { phase: "Unknown", reason: "NodeLost" },
      {},
      /does not report \(NodeLost\)/,
    ],
    ["a deletion", { phase: "Running" }, { deletionTimestamp: "2026-01-01T00:00:00Z" }, /is being deleted/],
    ["a start that was", { phase: "Running" }, {}, /^No container of this pod runs now/],
    ["a start to come", { phase: "Pending" }, {}, /^No container of this pod runs yet/],
  ])("says of a pod without a running container only what is so: %s", (_title, status, more, words) => {
    const idle = readPod({
      metadata: { name: "web", namespace: "default", ...more },
      spec: { containers: [{ name: "app" }] },
      status,
    })!;
    expect(shellReason(idle, all)).toMatch(words);
  });

  it("is the log alone once the pod is over", () => {
    const over = pod("job", {
      phase: "Succeeded",
      containers: [{ name: "app", state: { terminated: { reason: "Completed" } } }],
    });
    expect(shellReason(over, all)).toContain("completed");
    expect(logsReason(over, all)).toBeUndefined();
  });
});

describe("shellContainer", () => {
  it("is the default one, or the first that runs when that one does not", () => {
    const sidecar = { ...RUNNING, name: "sidecar" };
    expect(shellContainer(pod("web", { containers: [RUNNING, sidecar] }))).toBe("app");
    const half = pod("web", { containers: [CRASHING, sidecar] });
    expect(shellContainer(half)).toBe("sidecar");
    expect(runningContainers(half)).toEqual(["sidecar"]);
  });
});
