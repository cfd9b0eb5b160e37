import { describe, expect, it } from "vitest";
import { KubeError } from "#server/kube/errors.ts";
import type { KubeRequest } from "#server/kube/types.ts";
import { type ForwardTarget, TargetResolver } from "./target-resolver.ts";

const unwatched = () => Promise.reject(new Error("nothing is watched"));
const noWatch = { request: unwatched, refusal: unwatched };

/** Answers by path and notes what was asked. */
function cluster(answers: Record<string, unknown>) {
  const asked: string[] = [];
  return {
    ...noWatch,
    asked,
    async json<T>({ path }: KubeRequest): Promise<T> {
      asked.push(path);
      const found = answers[path.split("?")[0] ?? ""];
      if (found) return found as T;
      throw new KubeError("STATUS", "not found", { httpStatus: 404 });
    },
  };
}

const target = (parts: Partial<ForwardTarget> = {}): ForwardTarget => ({
  namespace: "default",
  kind: "Pod",
  name: "web",
  port: 80,
  ...parts,
});

const runningPod = (name: string) => ({
  metadata: { name, uid: `uid-${name}` },
  spec: { containers: [{ ports: [{ name: "http", containerPort: 8080 }] }] },
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
});

const PODS = "/api/v1/namespaces/default/pods";

describe("TargetResolver", () => {
  it("resolves a running pod to itself", async () => {
    const api = cluster({ [`${PODS}/web`]: runningPod("web") });
    const resolved = await new TargetResolver(api, target()).resolve(null);
    expect(resolved).toEqual({ pod: "web", uid: "uid-web", port: 80 });
  });

  it("says in kubectl's words that a pod does not run", async () => {
    const api = cluster({ [`${PODS}/web`]: { metadata: { name: "web" }, status: { phase: "Pending" } } });
    await expect(new TargetResolver(api, target()).resolve(null)).rejects.toMatchObject({
      code: "NOT_RUNNING",
      message: "unable to forward port because pod is not running. Current status=Pending",
    });
  });

  it("names a pod that does not exist and a credential that may not look", async () => {
    const missing = new TargetResolver(cluster({}), target());
    await expect(missing.resolve(null)).rejects.toMatchObject({ code: "NO_SUCH_POD" });
    const forbidden = {
      ...noWatch,
      json: () => Promise.reject(new KubeError("STATUS", "no", { httpStatus: 403 })),
    };
    const refused = new TargetResolver(forbidden, target());
    await expect(refused.resolve(null)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("follows a service to a pod and to the port in the pod", async () => {
    const api = cluster({
      "/api/v1/namespaces/default/services/web": {
        spec: { clusterIP: "10.0.0.1", selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] },
      },
      [PODS]: { items: [runningPod("web-1")] },
    });
    const resolved = await new TargetResolver(api, target({ kind: "Service" })).resolve(null);
    expect(resolved).toEqual({ pod: "web-1", uid: "uid-web-1", port: 8080 });
    expect(api.asked[1]).toBe(`${PODS}?labelSelector=app%3Dweb&limit=100`);
  });

  it.each([
    ["Deployment", "/apis/apps/v1/namespaces/default/deployments/web"],
    ["StatefulSet", "/apis/apps/v1/namespaces/default/statefulsets/web"],
    ["ReplicaSet", "/apis/apps/v1/namespaces/default/replicasets/web"],
    ["DaemonSet", "/apis/apps/v1/namespaces/default/daemonsets/web"],
    ["Job", "/apis/batch/v1/namespaces/default/jobs/web"],
  ])("follows a %s to the pod in use", async (kind, path) => {
    const api = cluster({
      [path]: { spec: { selector: { matchLabels: { app: "web" } } } },
      [PODS]: { items: [runningPod("web-1"), runningPod("web-2")] },
    });
    const resolver = new TargetResolver(api, target({ kind }));
    expect(await resolver.resolve("uid-web-2")).toMatchObject({ pod: "web-2", port: 80 });
  });

  it("tells a workload without pods from one whose pods do not run", async () => {
    const path = "/apis/apps/v1/namespaces/default/deployments/web";
    const workload = { spec: { selector: { matchLabels: { app: "web" } } } };
    const none = new TargetResolver(
      cluster({ [path]: workload, [PODS]: {} }),
      target({ kind: "Deployment" }),
    );
    await expect(none.resolve(null)).rejects.toMatchObject({ code: "NO_SUCH_POD" });
    const items = [{ metadata: { name: "web-1" }, status: { phase: "Pending" } }];
    const api = cluster({ [path]: workload, [PODS]: { items } });
    const pending = new TargetResolver(api, target({ kind: "Deployment" }));
    await expect(pending.resolve(null)).rejects.toMatchObject({
      code: "NOT_RUNNING",
      message: "Deployment web has no running pod. Current status=Pending",
    });
  });

  it.each<[string, Partial<ForwardTarget>]>([
    ["a path in the name", { name: "../../kube-system/pods/etcd-0" }],
    ["a path in the namespace", { namespace: "a/b" }],
    ["port 0", { port: 0 }],
    ["port 65536", { port: 65536 }],
    ["a fraction", { port: 80.5 }],
    ["a string", { port: "80@evil" as unknown as number }],
    ["digits that are not ASCII", { port: "８０" as unknown as number }],
    ["a kind that has no pods", { kind: "ConfigMap" }],
    ["a kind from the prototype", { kind: "constructor" }],
  ])("refuses %s before it asks anything", (_what, parts) => {
    expect(() => new TargetResolver(cluster({}), target(parts))).toThrow(
      expect.objectContaining({ code: "INVALID" }),
    );
  });
});
