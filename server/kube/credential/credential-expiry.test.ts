import { describe, expect, it } from "vitest";
import { hasOpenssl, loopbackPair, NO_OPENSSL } from "../testing/certificates.ts";
import { expiryOf, expiryWords } from "./credential-expiry.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (payload: unknown) => `Bearer ${part({ alg: "none" })}.${part(payload)}.sig`;

describe("expiryOf", () => {
  it("reads the end of a token that is a JWT, and of nothing else", () => {
    expect(expiryOf({ authorization: jwt({ exp: NOW / 1000 }) })).toEqual({
      what: "token",
      at: NOW,
      renews: false,
    });
    for (const authorization of [
      "Bearer opaque",
      "Bearer a.b.c",
      jwt({}),
      jwt(null),
      jwt({ exp: "x" }),
      "Basic x",
    ]) {
      expect(expiryOf({ authorization })).toBeUndefined();
    }
  });

  it.skipIf(!hasOpenssl)(`takes the certificate where it ends first (${NO_OPENSSL})`, () => {
    const certificate = loopbackPair();
    const late = jwt({ exp: 9_999_999_999 });
    expect(expiryOf({ certificate, authorization: late })).toMatchObject({ what: "client certificate" });
    expect(expiryOf({ certificate: { cert: "x", key: "y" } })).toBeUndefined();
  });
});

describe("expiryWords", () => {
  const token = (minutes: number, renews = false) =>
    expiryWords({ what: "token", at: NOW + minutes * 60_000, renews }, NOW);

  it("tells what has expired, and what soon will unless it renews itself", () => {
    expect(token(-5)).toBe("The token in the kubeconfig expired at 2026-01-01T11:55:00Z.");
    expect(token(5)).toBe("The token in the kubeconfig expires at 2026-01-01T12:05:00Z.");
    expect(token(60)).toBeUndefined();
    expect(token(5, true)).toBeUndefined();
    expect(token(-5, true)).toContain("expired");
  });
});
