import { describe, expect, it } from "vitest";
import { singleCookie } from "#server/access/cookies.ts";
import { rewriteSetCookie, withoutOwnCookies } from "./cookie-rewrite.ts";

describe("withoutOwnCookies", () => {
  it.each<[string, string | null]>([
    ["a=1; porthole_preview=x; b=2", "a=1; b=2"],
    ["__Host-porthole_preview=x; a=1", "a=1"],
    ["__Host-porthole=x", null],
    ["porthole_7654=x; a=1", "a=1"],
    ["PORTHOLE_preview=x; a=1", "a=1"],
    ["__secure-Porthole_x=1;a=1", "a=1"],
    // Without a name: browsers send what `Set-Cookie: =porthole_preview=x` left behind like this.
    ["porthole_preview; a=1", "a=1"],
    ["=porthole_preview=x; a=1", "a=1"],
    ["porthole_preview=x; porthole_preview=y", null],
    // The pod's own, byte for byte.
    ['s="quoted value"; t=a=b==; u', 's="quoted value"; t=a=b==; u'],
    ["portholes=1; my_porthole_preview=2", "portholes=1; my_porthole_preview=2"],
    [" ;; a=1 ;", "a=1"],
  ])("%j becomes %j", (header, expected) => {
    expect(withoutOwnCookies(header, false)).toBe(expected);
    expect(withoutOwnCookies(header, true)).toBe(expected);
  });

  it("takes those of a sign-on out where one may stand in front, and leaves them on a person's machine (A6)", () => {
    const header = "a=1; _oauth2_proxy_0=x; __Host-GCP_IAP_AUTH_TOKEN_1=y; b=2; =CF_Authorization=z";
    expect(withoutOwnCookies(header, true)).toBe("a=1; b=2");
    expect(withoutOwnCookies(header, false)).toBe(header);
  });
});

describe("singleCookie", () => {
  it("finds a cookie among others", () => {
    expect(singleCookie("a=1; porthole_preview=x; b=2", "porthole_preview")).toBe("x");
  });

  it("finds none in a header without it, or without a header", () => {
    expect(singleCookie("xporthole_preview=x", "porthole_preview")).toBeNull();
    expect(singleCookie(undefined, "porthole_preview")).toBeNull();
  });

  it("takes neither of two cookies of the same name", () => {
    expect(singleCookie("porthole_preview=x; porthole_preview=y", "porthole_preview")).toBeNull();
  });
});

describe("rewriteSetCookie", () => {
  it.each<[string, string | null]>([
    ["sid=1; Path=/; HttpOnly", "sid=1; Path=/; HttpOnly"],
    ["sid=1; Domain=localhost; Path=/", "sid=1; Path=/"],
    ["sid=1; domain = .preview.example ;Secure", "sid=1;Secure"],
    ["sid=1; Domain", "sid=1"],
    ["sid=domain=x; Path=/", "sid=domain=x; Path=/"],
    ["porthole_preview=evil; Path=/", null],
    ["__Host-porthole_preview=evil; Secure; Path=/", null],
    ["__HOST-PORTHOLE=evil", null],
    ["=porthole_preview=evil", null],
    [" porthole_preview = evil", null],
    ["porthole_preview", null],
  ])("%j becomes %j", (value, expected) => {
    expect(rewriteSetCookie(value, false)).toBe(expected);
    expect(rewriteSetCookie(value, true)).toBe(expected);
  });

  it("lets a pod set no cookie of a sign-on that may stand in front", () => {
    expect(rewriteSetCookie("_oauth2_proxy=theirs; Path=/", true)).toBeNull();
    expect(rewriteSetCookie("_oauth2_proxy=theirs; Path=/", false)).toBe("_oauth2_proxy=theirs; Path=/");
  });

  it("lets no cookie pass that a browser would not keep either", () => {
    expect(rewriteSetCookie(`a=${"x".repeat(4_094)}; Path=/`, false)).not.toBeNull();
    expect(rewriteSetCookie(`a=${"x".repeat(4_095)}; Path=/`, false)).toBeNull();
  });
});
