import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PodFinder } from "./pod-finder.ts";
import { PodsApi } from "./pods-api.fixture.ts";
import { PATIENT } from "./program.fixture.ts";
import { type ForwardTarget, TargetResolver } from "./target-resolver.ts";

const DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web";
const SERVICE = "/api/v1/namespaces/default/services/web";

let api: PodsApi;
let resolver: TargetResolver;
let finder: PodFinder;
let moves: string[];
const { signal } = new AbortController();

/** A finder that has found its first pod. */
async function finding(kind = "Pod", name = "web"): Promise<void> {
  const target: ForwardTarget = { namespace: "default", kind, name, port: 80 };
  resolver = new TargetResolver(api.cluster, target);
  finder = new PodFinder(resolver);
  moves = [];
  finder.onMoved = (uid) => moves.push(uid);
  await finder.find(signal);
}

const watched = () => expect.poll(() => api.watches.size, PATIENT).toBe(1);
const current = () => expect.poll(() => finder.current?.uid, PATIENT);

beforeEach(async () => {
  api = await PodsApi.start();
  api.objects.set(DEPLOYMENT, { spec: { selector: { matchLabels: { app: "web" } } } });
  api.objects.set(SERVICE, { spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] } });
});

afterEach(async () => {
  finder.rest();
  await api.close();
});

describe("a forward in use", () => {
  it("notices a pod that was replaced, and asks nothing for it", async () => {
    api.put("web", "1");
    await finding();
    await watched();
    api.asked.length = 0;
    api.delete("web");
    api.put("web", "2");
    await current().toBe("2");
    expect(moves).toEqual(["2"]);
    expect(await finder.find(signal)).toMatchObject({ pod: "web", uid: "2" });
    expect(api.asked).toEqual([]);
  });

  it.each([
    ["Deployment", DEPLOYMENT, 80],
    ["Service", SERVICE, 8080],
  ])("goes to the next pod of a %s, and asks for its selector alone", async (kind, path, port) => {
    api.put("web-1", "1");
    await finding(kind);
    await watched();
    api.asked.length = 0;
    api.put("web-2", "2");
    api.delete("web-1");
    await current().toBe("2");
    expect(await finder.find(signal)).toEqual({ pod: "web-2", uid: "2", port });
    expect(api.asked).toEqual([path]);
  });

  it("waits for the next pod without asking for it", async () => {
    api.put("web", "1");
    await finding();
    await watched();
    api.delete("web");
    await expect.poll(() => resolver.known("1"), PATIENT).toBeNull();
    api.asked.length = 0;
    const next = finder.find(signal);
    api.put("web", "2", "Pending");
    api.put("web", "2");
    expect(await next).toMatchObject({ uid: "2" });
    expect(api.asked).toEqual([]);
  });

  it("says what moved since a request was sent, also when it has heard of it before", async () => {
    api.put("web", "1");
    await finding();
    await watched();
    expect(await finder.moved("1", signal)).toBe(false);
    api.delete("web");
    api.put("web", "2");
    await current().toBe("2");
    expect(await finder.moved("1", signal)).toBe(true);
  });

  it("goes on from the last version when the watch ends", async () => {
    api.put("web", "1");
    await finding();
    await watched();
    api.put("web", "2");
    await current().toBe("2");
    api.endWatches();
    await expect.poll(() => api.asked.at(-1), PATIENT).toBe("watch 12");
    await watched();
    api.put("web", "3");
    await current().toBe("3");
  });

  it("lists again when the version it knows is forgotten", async () => {
    api.put("web", "1");
    await finding();
    await watched();
    api.forget();
    api.endWatches();
    await expect
      .poll(() => api.asked, PATIENT)
      .toEqual(["get web", "list", "watch 11", "watch 11", "list", "watch 21"]);
    await watched();
    api.put("web", "2");
    await current().toBe("2");
  });

  it("does not trust what it knows when it led nowhere", async () => {
    api.put("web", "1");
    await finding();
    await watched();
    api.asked.length = 0;
    expect(finder.doubt()).toBe(true);
    await finder.find(signal);
    expect(api.asked).toContain("get web");
    await watched();
  });

  it("gives its connection back when the forward is not in use, and watches again when it is", async () => {
    api.put("web", "1");
    await finding();
    await watched();
    finder.rest();
    await expect.poll(() => api.watches.size, PATIENT).toBe(0);
    await finder.find(signal);
    await watched();
  });
});

describe("a credential that may not watch", () => {
  beforeEach(() => {
    api.mayWatch = false;
    api.put("web", "1");
  });

  it("is asked with, and finds the next pod by asking", async () => {
    await finding();
    await expect.poll(() => api.asked.includes("watch 11"), PATIENT).toBe(true);
    api.delete("web");
    const next = finder.find(signal);
    await expect
      .poll(() => api.asked.filter((what) => what === "get web").length, PATIENT)
      .toBeGreaterThan(2);
    api.put("web", "2");
    expect(await next).toMatchObject({ uid: "2" });
    expect(api.asked.filter((what) => what.startsWith("watch"))).toHaveLength(1);
  });

  it("learns of a move by looking, now and then", async () => {
    await finding();
    api.put("web", "2");
    expect(await finder.moved("1", signal)).toBe(true);
    const gets = api.asked.filter((what) => what === "get web").length;
    expect(await finder.moved("2", signal)).toBe(false);
    expect(api.asked.filter((what) => what === "get web")).toHaveLength(gets);
  });
});

it("asks for a target that never served once, and watches nothing", async () => {
  await expect(finding("Pod", "gone")).rejects.toMatchObject({ code: "NO_SUCH_POD" });
  expect(api.asked).toEqual(["get gone"]);
});
