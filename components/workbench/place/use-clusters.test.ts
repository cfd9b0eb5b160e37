import { describe, expect, it } from "vitest";
import { firstCluster } from "./use-clusters.ts";

const cluster = (name: string, change: object = {}) => ({
  name,
  path: "/clusters/x",
  server: "https://x",
  namespace: "default",
  user: "u",
  current: false,
  ...change,
});

describe("firstCluster", () => {
  const clusters = [cluster("one"), cluster("two", { current: true })];

  it("is the one that was looked at last, else the kubeconfig's current one", () => {
    expect(firstCluster(clusters, "one")?.name).toBe("one");
    expect(firstCluster(clusters, "gone")?.name).toBe("two");
  });

  it("is no other one when the current one cannot be used: its reason is shown", () => {
    const broken = [cluster("one"), cluster("broken", { current: true, problem: "no plugin" })];
    expect(firstCluster(broken, null)?.name).toBe("broken");
  });

  it("is none when the kubeconfig does not say, however few there are: the person is asked", () => {
    expect(firstCluster([cluster("one")], null)).toBeUndefined();
    expect(firstCluster([], null)).toBeUndefined();
  });
});
