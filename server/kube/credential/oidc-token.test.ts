import { describe, expect, it } from "vitest";
import { OidcCredential } from "./oidc-token.ts";

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const tokenOf = (claims: object) => `e30.${part(claims)}.c2ln`;
const seconds = (left: number) => Math.floor(Date.now() / 1_000) + left;
const FRESH = tokenOf({ sub: "fresh", exp: seconds(600) });

function used(idToken: string, refreshToken?: string): Promise<string | undefined> {
  const credential = new OidcCredential(
    { idToken, ...(refreshToken ? { refreshToken } : {}) },
    { refresh: async () => ({ idToken: FRESH }) },
  );
  return credential.get().then(({ authorization }) => authorization);
}

describe("the end of an id-token, read as client-go does", () => {
  it.each([
    ["a number in quotes", { exp: String(seconds(600)) }],
    ["a fraction", { exp: seconds(600) + 0.5 }],
    ["later than any date", { exp: 1e30 }],
  ])("uses one that ends at %s", async (_title, claims) => {
    expect(await used(tokenOf(claims), "refresh-token")).toBe(`Bearer ${tokenOf(claims)}`);
  });

  it.each([
    ["at no time it names", {}],
    ["in the past, in quotes", { exp: String(seconds(-5)) }],
    ["before any date", { exp: -1e30 }],
  ])("refreshes one that ends %s", async (_title, claims) => {
    expect(await used(tokenOf(claims), "refresh-token")).toBe(`Bearer ${FRESH}`);
  });

  it.each([
    ["names no end", {}, /does not say when it ends.*Sign in again/],
    ["ended before any date", { exp: -1e30 }, /expired at -.*Sign in again/],
    ["ends at a word", { exp: "soon" }, /not a JWT with an expiry/],
    ["ends at nothing", { exp: "" }, /not a JWT with an expiry/],
  ])("says what is wrong with one that %s and cannot be refreshed", async (_title, claims, words) => {
    await expect(used(tokenOf(claims))).rejects.toMatchObject({
      code: "CREDENTIAL",
      message: expect.stringMatching(words),
    });
  });
});
