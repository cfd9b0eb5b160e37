import { describe, expect, it } from "vitest";
import { answerJson, startApiServer } from "../testing/api-server.ts";
import { clusterFor } from "../testing/cluster.ts";
import { PodNamespaceFinder } from "./pod-namespaces.ts";

const SIGNAL = new AbortController().signal;

/** @param may in which namespaces pods may be listed; "" is all */
async function serving(may: readonly string[], names: readonly string[] | null) {
  let busy = 0;
  const most = { atOnce: 0 };
  const reviewed: string[] = [];
  const server = await startApiServer(({ method, body }, response) => {
    if (method === "GET") {
      if (names === null) answerJson(response, 403, { kind: "Status", message: "no" });
      else answerJson(response, 200, { items: names.map((name) => ({ metadata: { name } })) });
      return;
    }
    const { namespace, verb, resource, subresource } = JSON.parse(body).spec.resourceAttributes;
    expect({ verb, resource, subresource }).toEqual({
      verb: "list",
      resource: "pods",
      subresource: undefined,
    });
    reviewed.push(namespace);
    busy += 1;
    most.atOnce = Math.max(most.atOnce, busy);
    setImmediate(() => {
      busy -= 1;
      answerJson(response, 201, { status: { allowed: may.includes(namespace) } });
    });
  });
  return { cluster: clusterFor(server.url), reviewed, most, finder: new PodNamespaceFinder() };
}

describe("PodNamespaceFinder", () => {
  it("asks nothing more of who may list all", async () => {
    const { cluster, reviewed, finder } = await serving([""], ["a", "b"]);
    expect(await finder.find(cluster, SIGNAL)).toEqual({ all: true, namespaces: [], refused: [] });
    expect(reviewed).toEqual([""]);
  });

  it("tells those where pods may be listed from the others, once for a while", async () => {
    const { cluster, reviewed, finder } = await serving(["team-b"], ["team-a", "team-b"]);
    const found = await finder.find(cluster, SIGNAL);
    expect(found.all).toBe(false);
    expect(found.namespaces).toContain("team-b");
    expect(found.refused).toContain("team-a");
    const asked = reviewed.length;
    expect(await finder.find(cluster, SIGNAL)).toEqual(found);
    expect(reviewed).toHaveLength(asked);
  });

  it("knows no names where namespaces may not be listed", async () => {
    const { cluster, finder } = await serving([], null);
    expect(await finder.find(cluster, SIGNAL)).toEqual({ all: false, namespaces: [], refused: [] });
  });

  it("asks a hundred times at most, a few at once", async () => {
    const many = Array.from({ length: 500 }, (_, index) => `n${index}`);
    const { cluster, reviewed, most, finder } = await serving([], many);
    expect((await finder.find(cluster, SIGNAL)).refused).toHaveLength(100);
    expect(reviewed).toHaveLength(101);
    expect(most.atOnce).toBeLessThanOrEqual(8);
  });
});
