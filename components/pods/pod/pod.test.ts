import { describe, expect, it } from "vitest";
import { CRASHING, kubePod, pod, RUNNING } from "./pod.fixture.ts";
import { readPod } from "./pod.ts";

describe("readPod", () => {
  it("is nothing without a name", () => {
    expect(readPod({})).toBeNull();
    expect(readPod({ metadata: { name: "web" } })).toBeNull();
  });

  it("reads a pod of which almost nothing is known", () => {
    expect(readPod({ metadata: { name: "web", namespace: "a" } })).toMatchObject({
      key: "a/web",
      word: "Unknown",
      containers: [],
    });
  });

  it("takes each declared TCP port once", () => {
    const ports = [
      { containerPort: 8080, name: "http" },
      { containerPort: 53, protocol: "UDP" },
      { containerPort: 8080, name: "again" },
      { containerPort: 9090 },
    ];
    expect(pod("web", { ports }).ports).toEqual([
      { port: 8080, name: "http", container: "app" },
      { port: 9090, name: "", container: "app" },
    ]);
  });

  it("takes the annotated default container, when there is one of that name", () => {
    const raw = kubePod("web", { containers: [RUNNING, { ...RUNNING, name: "main" }] });
    expect(readPod(raw)?.defaultContainer).toBe("app");
    raw.metadata!.annotations = { "kubectl.kubernetes.io/default-container": "main" };
    expect(readPod(raw)?.defaultContainer).toBe("main");
    raw.metadata!.annotations = { "kubectl.kubernetes.io/default-container": "gone" };
    expect(readPod(raw)?.defaultContainer).toBe("app");
  });

  it("lists sidecars, init and debug containers after the others", () => {
    const raw = kubePod("web");
    raw.spec!.initContainers = [{ name: "migrate" }, { name: "proxy", restartPolicy: "Always" }];
    raw.spec!.ephemeralContainers = [{ name: "debugger" }];
    raw.status!.initContainerStatuses = [{ name: "migrate", state: { terminated: { exitCode: 0 } } }];
    expect(readPod(raw)?.containers).toMatchObject([
      { name: "app", kind: "container", running: true, started: true },
      { name: "migrate", kind: "init", running: false, started: true },
      { name: "proxy", kind: "sidecar", running: false, started: false },
      { name: "debugger", kind: "ephemeral", running: false, started: false },
    ]);
  });

  it("keeps the cluster's words about trouble, without the pod's own name", () => {
    expect(pod("web", { containers: [CRASHING] }).message).toBe(
      "back-off 5m0s restarting failed container=app",
    );
    const unscheduled = kubePod("web", { phase: "Pending", containers: [] });
    unscheduled.status!.conditions = [
      { type: "PodScheduled", status: "False", message: "0/6 nodes are available" },
    ];
    expect(readPod(unscheduled)?.message).toBe("0/6 nodes are available");
  });

  it("knows by when a deletion ends it, whatever the cluster's clock says", () => {
    expect(pod("web").deletedBy).toBeNull();
    const raw = kubePod("web");
    const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
    raw.metadata!.deletionTimestamp = inMs(20_000);
    raw.metadata!.deletionGracePeriodSeconds = 30;
    expect(readPod(raw)?.deletedBy).toBe(Date.parse(raw.metadata!.deletionTimestamp));
    raw.metadata!.deletionTimestamp = inMs(3_600_000);
    expect(readPod(raw)?.deletedBy).toBeLessThanOrEqual(Date.now() + 30_000);
    raw.metadata!.deletionTimestamp = "soon";
    expect(readPod(raw)?.deletedBy).toBeNull();
  });
});
