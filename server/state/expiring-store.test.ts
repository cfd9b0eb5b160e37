import { describe, expect, it } from "vitest";
import { MemoryStore } from "./expiring-store.ts";

function storeAt(maxEntries = 3) {
  const clock = { now: 1_000 };
  const forgotten: string[] = [];
  const store = new MemoryStore<string>({
    maxEntries,
    now: () => clock.now,
    onForgotten: (value, _key, why) => forgotten.push(`${value} ${why}`),
  });
  return { store, clock, forgotten };
}

describe("the expiring store", () => {
  it("gives what was put until its time is over, and then forgets it", () => {
    const { store, clock, forgotten } = storeAt();
    store.put("a", "one", 100);
    clock.now += 99;
    expect(store.get("a")).toBe("one");
    clock.now += 1;
    expect(store.get("a")).toBeUndefined();
    expect(forgotten).toEqual(["one expired"]);
    expect(store.size).toBe(0);
  });

  it("gives what is taken once, and does not call it forgotten", () => {
    const { store, forgotten } = storeAt();
    store.put("a", "one", 100);
    expect([store.take("a"), store.take("a")]).toEqual(["one", undefined]);
    expect(forgotten).toEqual([]);
  });

  it("takes nothing that has expired", () => {
    const { store, clock } = storeAt();
    store.put("a", "one", 100);
    clock.now += 100;
    expect(store.take("a")).toBeUndefined();
  });

  it("pushes out the oldest when it is full, and the expired before it", () => {
    const { store, clock, forgotten } = storeAt();
    store.put("a", "one", 500);
    store.put("b", "two", 100);
    store.put("c", "three", 500);
    clock.now += 100;
    store.put("d", "four", 500);
    expect(forgotten).toEqual(["two expired"]);
    store.put("e", "five", 500);
    expect(forgotten).toEqual(["two expired", "one pushed-out"]);
    expect(store.size).toBe(3);
  });

  it("makes what is put again the youngest, with its new life", () => {
    const { store, clock, forgotten } = storeAt(2);
    store.put("a", "one", 50);
    store.put("b", "two", 50);
    store.put("a", "again", 200);
    store.put("c", "three", 50);
    clock.now += 100;
    expect(store.get("a")).toBe("again");
    expect(store.get("b")).toBeUndefined();
    expect(forgotten).toEqual(["one replaced", "two pushed-out"]);
  });

  it("forgets on a timer what nobody asks for", () => {
    const { store, clock, forgotten } = storeAt();
    store.put("a", "one", 100);
    store.put("b", "two", 200);
    clock.now += 150;
    store.forgetExpired();
    expect(forgotten).toEqual(["one expired"]);
    store.clear();
    expect(forgotten).toEqual(["one expired", "two deleted"]);
  });

  it("deletes what somebody owned", () => {
    const { store, forgotten } = storeAt();
    for (const name of ["ann 1", "bob", "ann 2"]) store.put(name, name, 100);
    store.deleteWhere((value) => value.startsWith("ann"));
    expect(forgotten).toEqual(["ann 1 deleted", "ann 2 deleted"]);
    expect(store.get("bob")).toBe("bob");
  });

  it("when full, takes the oldest of whoever has most, so that a flood makes room for itself", () => {
    const pushed: string[] = [];
    const store = new MemoryStore<string>({
      maxEntries: 3,
      ownerOf: (value) => value[0]!,
      onForgotten: (value) => pushed.push(value),
    });
    store.put("1", "b1", 100);
    for (let turn = 0; turn < 10; turn += 1) store.put(`a${turn}`, `a${turn}`, 100);
    expect(store.get("1")).toBe("b1");
    expect(pushed).toEqual(["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"]);
    expect(store.size).toBe(3);
  });
});
