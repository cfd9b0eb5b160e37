import { describe, expect, it } from "vitest";
import { firstCluster } from "./use-clusters.ts";

const cluster = (name: string, change: object = {}) => ({
  name,
  server: "https://x",
  namespace: "default",
  user: "u",
  current: false,
  ...change,
});

describe("firstCluster", () => {
  const clusters = [
    cluster("broken", { current: true, problem: "no plugin" }),
    cluster("one"),
    cluster("two", { current: true }),
  ];

  it("is the one that was looked at last, else the current one, else the first that can be used", () => {
    expect(firstCluster(clusters, "one")?.name).toBe("one");
    expect(firstCluster(clusters, "gone")?.name).toBe("two");
    expect(firstCluster(clusters.slice(0, 2), null)?.name).toBe("one");
  });

  it("is one that cannot be used only when there is no other, so that its reason is seen", () => {
    expect(firstCluster(clusters.slice(0, 1), null)?.name).toBe("broken");
    expect(firstCluster([], null)).toBeUndefined();
  });
});
