import { describe, expect, it } from "vitest";
import { ApiContext } from "#server/kube/api/api-context.ts";
import { ContextRegistry } from "#server/kube/config/cluster-registry.ts";
import { clusterPath, notPassedOn } from "./cluster-path.ts";

const EKS = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";

function split(pathname: string, names: string[] = [EKS, `${EKS}-2`, "a", "a/api", "a/api/v1/namespaces"]) {
  const clusters = new ContextRegistry();
  for (const name of names) clusters.add(new ApiContext({ name, server: "https://127.0.0.1:1" }));
  // As request-line.ts makes it of what came.
  const found = clusterPath(clusters, "GET", new URL(pathname, "http://porthole").pathname);
  return (
    found && {
      cluster: found.cluster,
      path: found.path && ("path" in found.path ? found.path.path : found.path),
    }
  );
}

describe("the name of a cluster in a path", () => {
  it("may have slashes, as kubectl sends them, and encoded ones, as the page does", () => {
    const pods = "/api/v1/namespaces/default/pods";
    for (const name of [EKS, EKS.replaceAll(":", "%3A"), encodeURIComponent(EKS)]) {
      expect(split(`/clusters/${name}${pods}`)).toEqual({ cluster: EKS, path: pods });
      expect(split(`/clusters/${name}/version`)).toEqual({ cluster: EKS, path: "/version" });
    }
    expect(split(`/clusters/${EKS}-2/apis`)).toEqual({ cluster: `${EKS}-2`, path: "/apis" });
    expect(split(`/clusters/${EKS}${pods}/web/exec`)?.path).toMatchObject({ kind: "stream", pod: "web" });
  });

  it("is the longest that fits before a root of the API", () => {
    expect(split("/clusters/a/api/v1/pods")).toEqual({ cluster: "a", path: "/api/v1/pods" });
    expect(split("/clusters/a/api/api/v1/pods")).toEqual({ cluster: "a/api", path: "/api/v1/pods" });
    expect(split("/clusters/a%2Fapi/api/v1/pods")).toEqual({ cluster: "a/api", path: "/api/v1/pods" });
    expect(split("/clusters/a/api")).toEqual({ cluster: "a", path: "/api" });
    expect(split("/clusters/a/api/api")).toEqual({ cluster: "a/api", path: "/api" });
    const names = ["a", "a/api/v1/namespaces"];
    expect(split("/clusters/a/api/v1/namespaces/api/v1/pods", names)).toEqual({
      cluster: "a/api/v1/namespaces",
      path: "/api/v1/pods",
    });
  });

  it("is not guessed where two clusters could be meant", () => {
    const path = "/clusters/a/api/v1/namespaces/version";
    expect(() => split(path)).toThrow(expect.objectContaining({ httpStatus: 400 }));
    expect(split(path, ["a"])).toEqual({ cluster: "a", path: "/api/v1/namespaces/version" });
    expect(split("/clusters/a%2Fapi%2Fv1%2Fnamespaces/version")?.cluster).toBe("a/api/v1/namespaces");
  });

  it("opens no path that is not on the list, whichever way it is cut (A9, A10)", () => {
    for (const rest of [
      "/api/v1/secrets",
      "/api/v1/namespaces/default/secrets/x",
      "/api/v1/namespaces/a%2F..%2F..%2Fsecrets/pods",
      "/api/v1/../../secrets",
      "/api/v1//pods",
      "//api/v1/pods",
      "/openapi/v3",
      "",
      "/",
    ]) {
      for (const name of [EKS, encodeURIComponent(EKS)]) {
        const found = split(`/clusters/${name}${rest}`);
        expect(found?.path ?? null, `${name}${rest}`).toBeNull();
      }
    }
  });

  it("is never put together from half encoded, empty or dot segments", () => {
    const names = ["x/y/z", "x//z", "x/../z", "x/./z", "/x", "x\\y", "..", ""];
    for (const path of ["x%2Fy/z", "x/y%2Fz", "x//z", "x/%252e%252e/z", "/x", "x\\y"]) {
      expect(names, path).not.toContain(split(`/clusters/${path}/api/v1/pods`, ["x/y/z", "x//z"])?.cluster);
    }
    expect(split("/clusters/x%2F..%2Fz/api/v1/pods", names)).toEqual({
      cluster: "x/../z",
      path: "/api/v1/pods",
    });
  });

  it("names what was probably meant when there is no such cluster", () => {
    expect(split("/clusters/team/gone/api/v1/pods")).toEqual({ cluster: "team/gone", path: "/api/v1/pods" });
    expect(split("/clusters/gone/secrets")).toEqual({ cluster: "gone", path: null });
    expect(split("/api/clusters")).toBeNull();
  });
});

describe("notPassedOn", () => {
  it("says of a namespace that cannot be one so, and what sets another", () => {
    const words = notPassedOn("/clusters/c/api/v1/namespaces/Team%20A!/pods");
    expect(words).toMatch(/^"Team A!" cannot be a namespace: .*set-context/);
    expect(notPassedOn("/clusters/c/api/v1/namespaces/team-a/secrets")).not.toContain("namespace");
    expect(notPassedOn("/clusters/c/api/v1/namespaces/%zz/pods")).not.toContain("cannot be");
  });
});
