import { afterAll, describe, expect, it } from "vitest";
import { hasOpenssl, NO_OPENSSL, TestAuthority } from "../testing/certificates.ts";
import { pairFault } from "./client-pair.ts";

describe.skipIf(!hasOpenssl)(`pairFault (${NO_OPENSSL})`, () => {
  const authority = hasOpenssl ? new TestAuthority() : null;
  afterAll(() => authority?.dispose());
  const pair = authority?.issue("", { subject: "/CN=jane" }) ?? { cert: "", key: "" };
  const other = authority?.issue("", { subject: "/CN=bob" }) ?? { cert: "", key: "" };
  const encrypted = authority?.encrypt(pair.key) ?? { pkcs8: "", traditional: "" };

  it("finds nothing in a certificate and its key", () => {
    expect(pairFault(pair)).toBeUndefined();
    expect(pairFault({ ...pair, cert: `words\n${pair.cert}${authority?.ca}` })).toBeUndefined();
  });

  it.each([
    ["an encrypted key", { ...pair, key: encrypted.pkcs8 }, "is encrypted"],
    ["an encrypted key in the older form", { ...pair, key: encrypted.traditional }, "is encrypted"],
    [
      "another certificate's key",
      { ...pair, key: other.key },
      'does not belong to the client certificate (of "jane")',
    ],
    ["a key for a certificate", { ...pair, cert: pair.key }, "not a certificate in PEM form: it is a key"],
    [
      "a certificate for a key",
      { ...pair, key: pair.cert },
      "not a private key in PEM form: it is a certificate",
    ],
    ["an empty certificate", { ...pair, cert: "\n" }, "it is empty"],
  ])("says what is wrong with %s", (_what, bad, words) => {
    expect(pairFault(bad)).toContain(words);
  });
});
