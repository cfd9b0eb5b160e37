import { describe, expect, it } from "vitest";
import { kubePath } from "./kube-path.ts";
import { lastingRight } from "./lasting-read.ts";

function rightOf(path: string, query: string) {
  const target = kubePath("GET", path);
  if (target?.kind !== "read") throw new Error(`${path} is no read`);
  return lastingRight(target.right, new URLSearchParams(query));
}

const PODS = "/api/v1/namespaces/team-a/pods";
const watchPods = { namespace: "team-a", verb: "watch", group: "", resource: "pods" };

describe("a read that goes on", () => {
  it.each([
    [PODS, "watch=true", watchPods],
    [PODS, "watch=1&resourceVersion=7", watchPods],
    [PODS, "watch", watchPods],
    ["/api/v1/pods", "watch=true", { ...watchPods, namespace: "" }],
    ["/api/v1/nodes", "watch=true", { ...watchPods, namespace: "", resource: "nodes" }],
    [
      "/apis/apps/v1/namespaces/team-a/deployments",
      "watch=true",
      { ...watchPods, group: "apps", resource: "deployments" },
    ],
    [PODS, "watch=true&fieldSelector=metadata.name%3Dapi", { ...watchPods, name: "api" }],
    [
      PODS,
      "watch=true&fieldSelector=metadata.name%3D%3Dapi,status.phase%3DRunning",
      { ...watchPods, name: "api" },
    ],
    [PODS, "watch=true&fieldSelector=metadata.name!%3Dapi", watchPods],
    [PODS, "watch=true&fieldSelector=status.phase%3DRunning", watchPods],
    [
      `${PODS}/api/log`,
      "follow=true&container=main",
      { ...watchPods, verb: "get", subresource: "log", name: "api" },
    ],
  ])("%s?%s stands on its right", (path, query, right) => {
    expect(rightOf(path, query)).toEqual(right);
  });

  it.each([
    [PODS, ""],
    [PODS, "watch=false"],
    [PODS, "watch=0"],
    // Of one object by its path: the API server knows no watch of it.
    [`${PODS}/api`, "watch=true"],
    [`${PODS}/api/log`, "tailLines=10"],
    [`${PODS}/api/log`, "follow=False"],
    ["/version", "watch=true"],
  ])("is not %s?%s", (path, query) => {
    expect(rightOf(path, query)).toBeNull();
  });
});
