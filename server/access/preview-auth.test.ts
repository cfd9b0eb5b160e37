import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SignedIn } from "#server/testing/signed-in.ts";
import { Grants } from "./grants.ts";
import { CODE_LIFE_MS, PREVIEW_SESSION_LIFE_MS, PreviewAuth } from "./preview-auth.ts";

describe("PreviewAuth", () => {
  let auth: PreviewAuth;
  let people: SignedIn;
  const authWith = (secure: boolean) =>
    new PreviewAuth({ secure, grants: new Grants(), callerOf: (id) => people.find(id) });

  beforeEach(() => {
    vi.useFakeTimers();
    people = new SignedIn();
    auth = authWith(false);
  });

  afterEach(() => {
    auth.close();
    vi.useRealTimers();
  });

  /** `name=value`, as a browser sends it back. */
  const signIn = (forwardId = "one", owner = "ann") =>
    auth.redeem(forwardId, mint(forwardId, owner))?.split(";")[0] as string;
  const mint = (forwardId = "one", owner = "ann") =>
    auth.mintCode({ id: forwardId, cluster: "demo" }, people.caller(owner));

  it("trades a code for a host-only cookie that opens its forward", () => {
    const setCookie = auth.redeem("one", mint());
    expect(setCookie).toMatch(/^porthole_preview=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(auth.authorise(setCookie?.split(";")[0], "one")?.caller.id).toBe("ann");
  });

  it("uses the prefix that siblings cannot set when the previews are https", () => {
    const secure = authWith(true);
    const code = secure.mintCode({ id: "one", cluster: "demo" }, people.caller("ann"));
    const setCookie = secure.redeem("one", code);
    expect(setCookie).toMatch(/^__Host-porthole_preview=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    secure.close();
  });

  it("takes a code once", () => {
    const code = mint();
    expect(auth.redeem("one", code)).not.toBeNull();
    expect(auth.redeem("one", code)).toBeNull();
  });

  it("takes no code after its time", () => {
    const code = mint();
    vi.advanceTimersByTime(CODE_LIFE_MS);
    expect(auth.redeem("one", code)).toBeNull();
  });

  it("burns a code that is shown to another forward", () => {
    const code = mint();
    expect(auth.redeem("two", code)).toBeNull();
    expect(auth.redeem("one", code)).toBeNull();
  });

  it.each([undefined, null, 7, "", "x", "A".repeat(43), "A".repeat(100_000)])(
    "takes %j for no code",
    (code) => {
      expect(auth.redeem("one", code)).toBeNull();
    },
  );

  it("does not let a cookie open another forward", () => {
    expect(auth.authorise(signIn("one"), "two")).toBeNull();
  });

  it("refuses our cookie when it comes twice", () => {
    const cookie = signIn();
    expect(auth.authorise(`${cookie}; a=1`, "one")).not.toBeNull();
    expect(auth.authorise(`${cookie}; ${cookie}`, "one")).toBeNull();
    expect(auth.authorise(`porthole_preview=tossed; ${cookie}`, "one")).toBeNull();
  });

  it("ends a session after its life and tells whoever still uses it", () => {
    const cookie = signIn();
    const ended = vi.fn();
    auth.authorise(cookie, "one")?.onEnd(ended);
    vi.advanceTimersByTime(PREVIEW_SESSION_LIFE_MS + 60_000);
    expect(auth.authorise(cookie, "one")).toBeNull();
    expect(ended).toHaveBeenCalledOnce();
  });

  it("ends codes and sessions of who signs out at the app, and no other's", () => {
    const ann = signIn("one", "ann");
    const bob = signIn("one", "bob");
    const code = mint();
    const ended = vi.fn();
    auth.authorise(ann, "one")?.onEnd(ended);
    const unused = signIn("one", "ann");
    people.signOut("ann");
    expect(ended).toHaveBeenCalledExactlyOnceWith({ cause: "signed-out", words: "you signed out" });
    expect(auth.authorise(ann, "one")).toBeNull();
    expect(auth.authorise(unused, "one")).toBeNull();
    expect(auth.redeem("one", code)).toBeNull();
    expect(auth.authorise(bob, "one")?.caller.id).toBe("bob");
  });

  it("revokes everything of a forward that is removed", () => {
    const one = signIn("one");
    const two = signIn("two");
    auth.revokeForward("one");
    expect(auth.authorise(one, "one")).toBeNull();
    expect(auth.authorise(two, "two")).not.toBeNull();
  });

  it("does not call a hook that was taken back", () => {
    const cookie = signIn();
    const ended = vi.fn();
    const forget = auth.authorise(cookie, "one")?.onEnd(ended);
    forget?.();
    auth.revokeForward("one");
    expect(ended).not.toHaveBeenCalled();
  });

  it("keeps a bounded number of sessions and ends the oldest", () => {
    const first = signIn();
    const ended = vi.fn();
    auth.authorise(first, "one")?.onEnd(ended);
    let last = first;
    for (let count = 0; count < 1_024; count += 1) last = signIn();
    expect(ended).toHaveBeenCalledOnce();
    expect(auth.authorise(first, "one")).toBeNull();
    expect(auth.authorise(last, "one")).not.toBeNull();
  });
});
