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

  it("of one browser are one: its link used again changes the cookie, and neither who it is nor its key", () => {
    const first = signIns.add(null);
    const { id, signal } = callerOf(first.cookie);
    const second = signIns.add(first.cookie);
    expect(second.signIn).toEqual({ id, key: first.signIn.key });
    expect(signIns.find(first.cookie)).toBeNull();
    expect(signal.aborted).toBe(false);
    signIns.remove(second.cookie);
    expect(signal.aborted).toBe(true);
  });

  it.each([0, 1, 2])(
    "of tabs that use the link at once are one, and signing out by cookie %d ends it",
    (which) => {
      const old = signIns.add(null).cookie;
      const { id, signal } = callerOf(old);
      const cookies = [old, old, old].map((former) => signIns.add(former).cookie);
      expect(cookies.map((cookie) => callerOf(cookie).id)).toEqual([id, id, id]);
      signIns.remove(cookies[which]!);
      expect(signal.reason).toMatchObject({ words: "you signed out" });
      expect(cookies.map((cookie) => signIns.find(cookie))).toEqual([null, null, null]);
      // Whoever uses the link with one of them now begins anew.
      expect(signIns.add(cookies[0]!).signIn.id).not.toBe(id);
      expect(signIns.add(old).signIn.id).not.toBe(id);
    },
  );

  it("live as long as the last of their cookies", () => {
    const old = signIns.add(null).cookie;
    signIns.add(old);
    vi.advanceTimersByTime(50_000);
    const { signal } = callerOf(signIns.add(old).cookie);
    vi.advanceTimersByTime(SIGN_IN_LIFE_MS - 30_000);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(40_000);
    expect(signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("do not become somebody's by a cookie that is not known", () => {
    const known = signIns.add(null);
    expect(signIns.add("tossed in").signIn.id).not.toBe(known.signIn.id);
  });
});
