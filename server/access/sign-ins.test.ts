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

  const callerOf = (cookie: string) => signIns.find(cookie)!.caller;

  it("end with their time, also when nobody asks for them", () => {
    const { signal } = callerOf(signIns.add(null).cookie);
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
    const [ann, bob] = [signIns.add(null).cookie, signIns.add(null).cookie];
    const { id, signal } = callerOf(ann);
    signIns.remove(ann);
    expect(signal.reason).toEqual({ cause: "signed-out", words: "you signed out" });
    expect(signIns.find(ann)).toBeNull();
    expect(signIns.caller(id)).toBeNull();
    expect(callerOf(bob).signal.aborted).toBe(false);
  });

  it("make room for new ones, the oldest first", () => {
    const first = signIns.add(null).cookie;
    const { signal } = callerOf(first);
    for (let count = 1; count < 100; count += 1) signIns.add(null);
    expect(signal.aborted).toBe(false);
    signIns.add(null);
    expect(signal.aborted).toBe(true);
    expect(signIns.find(first)).toBeNull();
  });

  it("of one browser are one: its link used again changes the secrets and not who it is", () => {
    const first = signIns.add(null);
    const { id, signal } = callerOf(first.cookie);
    const second = signIns.add(first.cookie);
    expect(second.signIn.id).toBe(id);
    expect(second.signIn.key).not.toBe(first.signIn.key);
    expect(signIns.find(first.cookie)).toBeNull();
    expect(signal.aborted).toBe(false);
    signIns.remove(second.cookie);
    expect(signal.aborted).toBe(true);
  });

  it("do not become somebody's by a cookie that is not known", () => {
    const known = signIns.add(null);
    expect(signIns.add("tossed in").signIn.id).not.toBe(known.signIn.id);
  });
});
