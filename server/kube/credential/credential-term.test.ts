import { describe, expect, it } from "vitest";
import { hasOpenssl, loopbackPair, NO_OPENSSL } from "../testing/certificates.ts";
import type { CredentialTerm } from "../types.ts";
import { termFault, termOf } from "./credential-term.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (payload: unknown) => `Bearer ${part({ alg: "none" })}.${part(payload)}.sig`;

describe("termOf", () => {
  it("reads the term of a token that is a JWT, and of nothing else", () => {
    expect(termOf({ authorization: jwt({ nbf: NOW / 1000 - 60, exp: NOW / 1000 }) })).toEqual({
      ...{ what: "token", from: "kubeconfig", renews: false },
      ...{ begins: NOW - 60_000, ends: NOW },
    });
    expect(termOf({ authorization: jwt({ exp: 0 }) })).toMatchObject({ ends: 0 });
    for (const authorization of [
      ...["Bearer opaque", "Bearer a.b.c", "Basic x", `${jwt({ exp: 1 })}.x.y`],
      ...[
        jwt({}),
        jwt(null),
        jwt([]),
        jwt("x"),
        jwt({ exp: "1" }),
        jwt({ exp: NOW * 1_000 }),
        jwt({ exp: null }),
      ],
    ]) {
      expect(termOf({ authorization }), authorization).toBeUndefined();
    }
  });

  it("knows what a login plugin says of an opaque token, and takes the earlier end", () => {
    const plugin = { tokenFrom: "login plugin", renews: true } as const;
    expect(termOf({ authorization: "Bearer opaque", ...plugin, endsAt: NOW })).toEqual({
      ...{ what: "token", from: "login plugin", ends: NOW, renews: true },
    });
    expect(termOf({ authorization: jwt({ exp: NOW / 1000 - 1 }), ...plugin, endsAt: NOW })?.ends).toBe(
      NOW - 1_000,
    );
    expect(termOf({ authorization: "Bearer opaque", ...plugin })).toBeUndefined();
  });

  it.skipIf(!hasOpenssl)(`takes the certificate where it ends first (${NO_OPENSSL})`, () => {
    const certificate = loopbackPair();
    const late = jwt({ exp: 9_999_999_999 });
    expect(termOf({ certificate, authorization: late, tokenFrom: "token file", renews: true })).toMatchObject(
      {
        what: "client certificate",
        renews: false,
      },
    );
    expect(termOf({ certificate: { cert: "x", key: "y" } })).toBeUndefined();
  });
});

describe("termFault", () => {
  const words = (term: Partial<CredentialTerm>) =>
    termFault({ what: "token", from: "kubeconfig", renews: false, ...term }, NOW)?.words;
  const minutes = (count: number) => NOW + count * 60_000;

  it("tells what has expired, and what soon will unless it renews itself", () => {
    expect(words({ ends: minutes(-5) })).toBe("The token in the kubeconfig expired at 2026-01-01T11:55:00Z.");
    expect(words({ ends: minutes(5) })).toBe("The token in the kubeconfig expires at 2026-01-01T12:05:00Z.");
    expect(words({ ends: minutes(60) })).toBeUndefined();
    expect(words({ ends: minutes(5), renews: true })).toBeUndefined();
    expect(words({ ends: minutes(-5), renews: true, from: "token file" })).toBe(
      "The token in the token file expired at 2026-01-01T11:55:00Z.",
    );
  });

  it("tells a day before that a client certificate ends", () => {
    const what = "client certificate";
    expect(words({ what, ends: minutes(23 * 60) })).toContain(
      "The client certificate in the kubeconfig expires at",
    );
    expect(words({ what, ends: minutes(30 * 24 * 60) })).toBeUndefined();
  });

  it("tells what is not valid yet", () => {
    const early = { begins: minutes(7), ends: minutes(60) };
    expect(words(early)).toMatch(/is not valid before 2026-01-01T12:07:00Z. Is the clock/);
    expect(words({ ...early, what: "client certificate", from: "login plugin" })).toContain(
      "The client certificate of the login plugin is not valid before",
    );
    expect(words({ begins: minutes(-1) })).toBeUndefined();
  });
});
