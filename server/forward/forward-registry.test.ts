import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ForwardRequest } from "#protocol/api.ts";
import { until } from "#server/testing/loopback.ts";
import { SignedIn } from "#server/testing/signed-in.ts";
import { ForwardRegistry, MAX_FORWARDS } from "./forward-registry.ts";
import { OnePodCluster, PodSide, silent } from "./pod-side.fixture.ts";

const removed: string[] = [];
const registry = new ForwardRegistry({
  removed: (id) => removed.push(id),
  log: silent,
});

const people = new SignedIn();
const create = (request: Partial<ForwardRequest> = {}, who?: string) =>
  registry.create({
    request: { cluster: "demo", namespace: "default", kind: "Pod", name: "web", port: 8080, ...request },
    grant: people.grant(who),
    cluster: new OnePodCluster(),
    dialer: new PodSide(),
  });

describe("ForwardRegistry", () => {
  afterEach(async () => {
    await registry.close();
    removed.length = 0;
  });

  it("makes a forward with a random name that says nothing of its target", async () => {
    const forward = await create();
    expect(forward.id).toMatch(/^[a-z2-7]{12}$/);
    expect((await create()).id).not.toBe(forward.id);
    expect(forward.status()).toMatchObject({
      id: forward.id,
      cluster: "demo",
      namespace: "default",
      kind: "Pod",
      name: "web",
      port: 8080,
      local: null,
      state: "ready",
      pod: null,
      tunnels: 0,
      connections: 0,
    });
  });

  it("lists the newest first and finds by id", async () => {
    const first = await create();
    const second = await create();
    expect(registry.list()).toEqual([second, first]);
    expect(registry.get(first.id)).toBe(first);
    expect(registry.get("aaaaaaaaaaaa")).toBeUndefined();
  });

  it("opens a local port only when asked", async () => {
    expect((await create({ listen: true })).status().local).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it("removes a forward, its grants and its local port", async () => {
    const forward = await create({ listen: true });
    await registry.delete(forward.id);
    expect([registry.get(forward.id), removed, forward.closed]).toEqual([undefined, [forward.id], true]);
    await expect(registry.delete(forward.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("removes what somebody made who signs out, and its local port", async () => {
    const forward = await create({ listen: true });
    const port = Number(forward.status().local?.split(":")[1]);
    people.signOut();
    await until("it to be gone", () => forward.closed);
    expect(removed).toEqual([forward.id]);
    expect(registry.list()).toEqual([]);
    const refused = once(connect(port, "127.0.0.1"), "connect");
    await expect(refused).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("makes nothing that stays for somebody who signed out meanwhile", async () => {
    const grant = people.grant();
    people.signOut();
    const request = {
      cluster: "demo",
      namespace: "default",
      kind: "Pod",
      name: "web",
      port: 1,
      listen: true,
    };
    const parts = { request, grant, cluster: new OnePodCluster(), dialer: new PodSide() };
    await expect(registry.create(parts)).rejects.toMatchObject({ code: "CLOSED" });
    expect(registry.list()).toEqual([]);
  });

  it.each([{ port: 0 }, { name: "a/b" }, { namespace: "A" }, { kind: "Secret" }])(
    "refuses %j",
    async (request) => {
      await expect(create(request)).rejects.toMatchObject({ code: "INVALID" });
      expect(registry.list()).toHaveLength(0);
    },
  );

  it("makes a bounded number of them", async () => {
    for (let count = 0; count < MAX_FORWARDS; count += 1) await create();
    await expect(create()).rejects.toMatchObject({ code: "LIMIT" });
    // Another's are another's.
    expect((await create({}, "ben")).owner).toBe("ben");
  });
});
