import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kubePath } from "./kube-path.ts";

describe("the narrowed Kubernetes API", () => {
  it.each([
    "/version",
    "/api",
    "/apis",
    "/api/v1",
    "/apis/apps/v1",
    "/api/v1/pods",
    "/api/v1/namespaces",
    "/api/v1/namespaces/team-a",
    "/api/v1/nodes/node-1",
    "/api/v1/namespaces/team-a/pods",
    "/api/v1/namespaces/team-a/pods/api-7c9.x",
    "/api/v1/namespaces/team-a/pods/api/log",
    "/api/v1/namespaces/team-a/services/web",
    "/api/v1/namespaces/team-a/events",
    "/apis/apps/v1/deployments",
    "/apis/apps/v1/namespaces/team-a/statefulsets/db",
    "/apis/batch/v1/namespaces/team-a/jobs",
  ])("passes a read of %s as it is", (path) => {
    expect(kubePath("GET", path)).toMatchObject({ kind: "read", path });
  });

  it.each([
    "/api/v1/secrets",
    "/api/v1/namespaces/team-a/secrets",
    "/api/v1/namespaces/team-a/secrets/db",
    "/api/v1/namespaces/team-a/configmaps",
    "/api/v1/namespaces/team-a/serviceaccounts/x/token",
    "/api/v1/namespaces/team-a/pods/api/proxy",
    "/api/v1/namespaces/team-a/pods/api/proxy/x",
    "/api/v1/namespaces/team-a/services/web/proxy",
    "/api/v1/nodes/node-1/proxy",
    "/api/v1/nodes/node-1/proxy/exec",
    "/api/v1/namespaces/team-a/pods/api/ephemeralcontainers",
    "/api/v1/watch/pods",
    "/api/v1/namespaces/team-a/pods/..%2f..%2fkube-system%2fsecrets",
    "/api/v1/namespaces/team-a/pods/..",
    "/api/v1/namespaces/../secrets",
    "/api/v1/namespaces/team-a%2fpods/x",
    "/api/v1//pods",
    "/api/v1/pods/",
    "/api/v1/pods/x",
    "/apis/rbac.authorization.k8s.io/v1/roles",
    "/apis/apps/v1/../../api/v1/secrets",
    "/api/v1/namespaces/team-a/nodes",
    "/api/v1/constructor",
    "/__proto__/pods",
    "/metrics",
    "/logs",
    "/",
    "",
    "/api/v1/namespaces/team-a/pods/%",
  ])("does not pass %s", (path) => {
    expect(kubePath("GET", path)).toBeNull();
  });

  it("passes nothing that writes, but for self access reviews", () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect(kubePath(method, "/api/v1/namespaces/team-a/pods/api")).toBeNull();
      expect(kubePath(method, "/api/v1/namespaces/team-a/pods")).toBeNull();
    }
    expect(kubePath("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")?.kind).toBe("review");
    expect(kubePath("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews")).toBeNull();
  });

  it("knows the streams by method and name", () => {
    const stream = { kind: "stream", subresource: "exec", namespace: "a", pod: "b" };
    expect(kubePath("GET", "/api/v1/namespaces/a/pods/b/exec")).toEqual(stream);
    expect(kubePath("POST", "/api/v1/namespaces/a/pods/b/exec")).toEqual(stream);
    expect(kubePath("DELETE", "/api/v1/namespaces/a/pods/b/exec")).toBeNull();
  });

  it("answers any namespace and pod with the expected path or nothing", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (namespace, pod) => {
        const encoded = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
        const found = kubePath("GET", encoded);
        if (found)
          expect(found).toMatchObject({ kind: "read", path: `/api/v1/namespaces/${namespace}/pods/${pod}` });
      }),
      { numRuns: 2_000 },
    );
  });
});
