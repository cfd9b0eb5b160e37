import { describe, expect, it } from "vitest";
import { buildNamespace } from "../objects/cluster-objects.ts";
import { kindOf, PODS } from "./resource-kinds.ts";
import { type Change, ObjectStore } from "./store.ts";

const NAMESPACES = kindOf("v1", "Namespace");

describe("ObjectStore", () => {
  it("gives every change a higher version, deletions included", () => {
    const store = new ObjectStore();
    const seen: Change[] = [];
    store.subscribe((change) => seen.push(change));
    store.put(buildNamespace("a", 0));
    store.put(buildNamespace("a", 0));
    store.remove(NAMESPACES, "", "a");
    store.remove(NAMESPACES, "", "a");
    expect(seen.map((change) => change.type)).toEqual(["ADDED", "MODIFIED", "DELETED"]);
    const versions = seen.map((change) => Number(change.object.metadata.resourceVersion));
    expect(versions).toEqual([versions[0], versions[0]! + 1, versions[0]! + 2]);
    expect(store.version).toBe(versions[2]);
    expect(store.get(NAMESPACES, "", "a")).toBeUndefined();
  });

  it("tells a returning watch what it missed, and nothing twice", () => {
    const store = new ObjectStore();
    store.put(buildNamespace("a", 0));
    const version = store.version;
    store.put(buildNamespace("b", 0));
    const names = (since: number) => store.changesSince(since).map((change) => change.object.metadata.name);
    expect(names(version)).toEqual(["b"]);
    expect(names(store.version)).toEqual([]);
  });

  it("says Expired for a version of an earlier run, and for one that left the history", () => {
    const store = new ObjectStore();
    const first = store.version;
    expect(() => store.changesSince(first - 10)).toThrow(/^too old resource version: /);
    for (let n = 0; n < 3000; n++) store.put(buildNamespace("a", 0));
    expect(() => store.changesSince(first + 1)).toThrow(
      expect.objectContaining({ code: "Expired", httpStatus: 410 }),
    );
    expect(store.changesSince(store.version - 5).length).toBe(5);
  });

  it("lists by namespace in the order of names", () => {
    const store = new ObjectStore();
    for (const name of ["b", "a", "c"]) store.put(buildNamespace(name, 0));
    expect(store.list(NAMESPACES).map((object) => object.metadata.name)).toEqual(["a", "b", "c"]);
    expect(store.list(PODS)).toEqual([]);
  });
});
