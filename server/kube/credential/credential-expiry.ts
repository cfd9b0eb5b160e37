/** Until when a credential says of itself that it holds: a token that is a JWT (RFC 7519 section 4.1.4), a certificate. */
import { expiryOfCertificate } from "../connect/client-pair.ts";
import type { CredentialExpiry } from "../types.ts";
import type { Credential } from "./credentials.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 60 * 60 * SECOND_MS;
/** Time enough to sign in again; a certificate is renewed by somebody else. */
const SOON_MS: Record<CredentialExpiry["what"], number> = {
  token: 15 * 60 * SECOND_MS,
  "client certificate": 7 * 24 * HOUR_MS,
};

/** What ends first; undefined when nothing says of itself when it does. */
export function expiryOf({ authorization, certificate, renews }: Credential): CredentialExpiry | undefined {
  const token = authorization && expiryOfToken(authorization);
  const cert = certificate && expiryOfCertificate(certificate.cert);
  const found: CredentialExpiry[] = [
    ...(token ? [{ what: "token", at: token, renews: renews ?? false } as const] : []),
    ...(cert ? [{ what: "client certificate", at: cert, renews: renews ?? false } as const] : []),
  ];
  return found.sort((a, b) => a.at - b.at)[0];
}

/** What a person should know now; undefined when all is well, or will be without them. */
export function expiryWords({ what, at, renews }: CredentialExpiry, now = Date.now()): string | undefined {
  const when = new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
  if (at <= now) return `The ${what} in the kubeconfig expired at ${when}.`;
  if (renews || at - now > SOON_MS[what]) return undefined;
  return `The ${what} in the kubeconfig expires at ${when}.`;
}

function expiryOfToken(authorization: string): number | undefined {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]*$/.exec(authorization) ?? [];
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { exp?: unknown };
    return typeof exp === "number" && Number.isFinite(exp) && Math.abs(exp) < 1e11
      ? exp * SECOND_MS
      : undefined;
  } catch {
    return undefined;
  }
}
