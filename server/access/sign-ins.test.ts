import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SIGN_IN_LIFE_MS, SignIns } from "./sign-ins.ts";

describe("sign-ins", () => {
  let signIns: SignIns;

  beforeEach(() => {
    vi.useFakeTimers();
    signIns = new SignIns();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const callerOf = (key: string) => signIns.find(key)!.caller;

  it("end with their time, also when nobody asks for them", () => {
    const { signal } = callerOf(signIns.add().key);
    vi.advanceTimersByTime(SIGN_IN_LIFE_MS - 1);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(signal.reason).toEqual({
      cause: "signed-out",
      words: "the sign-in is over: it lasts 12 hours",
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("end when the browser signs out, and no other's do", () => {
    const [ann, bob] = [signIns.add(), signIns.add()];
    const { id, signal } = callerOf(ann.key);
    signIns.remove(ann);
    expect(signal.reason).toEqual({ cause: "signed-out", words: "you signed out" });
    expect(signIns.find(ann.key)).toBeNull();
    expect(signIns.byId(id)).toBeNull();
    expect(callerOf(bob.key).signal.aborted).toBe(false);
  });

  it("make room for new ones, the oldest first", () => {
    const first = signIns.add();
    const { signal } = callerOf(first.key);
    for (let count = 1; count < 100; count += 1) signIns.add();
    expect(signal.aborted).toBe(false);
    signIns.add();
    expect(signal.aborted).toBe(true);
    expect(signIns.find(first.key)).toBeNull();
  });

  it("begin their time anew with the link, and stay who they are", () => {
    const ann = signIns.add();
    const { id, signal } = callerOf(ann.key);
    vi.advanceTimersByTime(SIGN_IN_LIFE_MS - 1);
    signIns.renew(ann);
    expect(callerOf(ann.key)).toMatchObject({ id, signal: { aborted: false } });
    vi.advanceTimersByTime(SIGN_IN_LIFE_MS - 1);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are not brought back by a renewal once they are over", () => {
    const ann = signIns.add();
    signIns.remove(ann);
    signIns.renew(ann);
    expect(signIns.find(ann.key)).toBeNull();
  });

  it.each([undefined, null, 7, "", "x", "A".repeat(43), ["A".repeat(43)]])("are not found by %j", (key) => {
    signIns.add();
    expect(signIns.find(key)).toBeNull();
  });
});
