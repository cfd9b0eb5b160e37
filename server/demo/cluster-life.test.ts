import { afterEach, expect, it } from "vitest";
import { kindOf, PODS } from "./api/resource-kinds.ts";
import { type Change, ObjectStore } from "./api/store.ts";
import { ClusterLife } from "./cluster-life.ts";
import { ClusterLogs } from "./cluster-logs.ts";
import { IMPORTER_POD } from "./objects/batch-namespace.ts";
import { seedObjects } from "./objects/seed.ts";
import type { Pod } from "./objects/types.ts";
import { GENERATIONS } from "./streams/generation.ts";

const started: { close(): void }[] = [];
afterEach(() => {
  for (const part of started.splice(0)) part.close();
});

function cluster() {
  const store = new ObjectStore();
  for (const object of seedObjects(Date.now(), GENERATIONS.phase2)) store.put(object);
  const logs = new ClusterLogs(store);
  const life = new ClusterLife(store, logs);
  started.push(logs, life);
  const importer = () => store.get(PODS, "batch", IMPORTER_POD) as Pod;
  return { store, logs, life, importer, status: () => importer().status.containerStatuses![0]! };
}

it("restarts the importer and lets it crash, with its count, its logs and an event", () => {
  const { store, logs, life, importer, status } = cluster();
  const before = status().restartCount;
  const following = logs.get(importer(), "importer")!;

  life.step();
  expect(status().state).toHaveProperty("running");
  expect(status().restartCount).toBe(before + 1);
  expect(logs.previous(importer(), "importer")).toBe(following);

  life.step();
  expect(status().state).toMatchObject({ waiting: { reason: "CrashLoopBackOff" } });
  expect(status().lastState).toHaveProperty("terminated");
  expect(logs.get(importer(), "importer")?.ended).toBe(true);
  const events = store
    .list(kindOf("v1", "Event"), "batch")
    .map((event) => (event as { reason?: string }).reason);
  expect(events).toContain("BackOff");
});

it("never changes the pods that a visitor uses", () => {
  const { store, life } = cluster();
  const changed = new Set<string>();
  store.subscribe((change: Change) => changed.add(change.object.metadata.namespace ?? ""));
  for (let step = 0; step < 6; step++) life.step();
  expect([...changed]).toEqual(["batch"]);
});
