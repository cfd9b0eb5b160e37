/**
 * How long a credential says of itself that it holds: a token that is a JWT (RFC 7519 section 4.1), a certificate, what a
 * login plugin said beside it. Of what says nothing, nothing is said.
 */
import { termOfCertificate } from "../connect/client-pair.ts";
import type { CredentialOrigin, CredentialTerm } from "../types.ts";
import type { Credential } from "./credentials.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 60 * 60 * SECOND_MS;
/** Time enough to sign in again; a certificate is renewed by somebody else. */
const SOON_MS: Record<CredentialTerm["what"], number> = {
  token: 15 * 60 * SECOND_MS,
  "client certificate": 7 * 24 * HOUR_MS,
};
const PLACES: Record<CredentialOrigin, string> = {
  kubeconfig: "in the kubeconfig",
  "token file": "in the token file",
  "login plugin": "of the login plugin",
  "identity provider": "of the identity provider",
};
/** Later times are seconds of nobody's: some write milliseconds. */
const MAX_JWT_SECONDS = 1e11;

/** What a program is told beside the words. */
export interface TermFault {
  reason: "CredentialExpired" | "CredentialNotYetValid" | "CredentialExpiresSoon";
  words: string;
}

/** Of a token and a certificate the one that a person meets first; undefined when neither says. */
export function termOf(credential: Credential): CredentialTerm | undefined {
  const { authorization, certificate, tokenFrom, certificateFrom, renews, endsAt } = credential;
  const term = (
    what: CredentialTerm["what"],
    from: CredentialOrigin = "kubeconfig",
    { begins, ends }: Times,
  ): CredentialTerm => ({
    ...{ what, from, renews: from !== "kubeconfig" && renews === true },
    ...(begins === undefined ? {} : { begins }),
    ...(ends === undefined ? {} : { ends }),
  });
  const token = authorization === undefined ? {} : timesOfToken(authorization);
  const ends = earlier(token.ends, endsAt);
  const found = [
    term("token", tokenFrom, { begins: token.begins, ends }),
    term("client certificate", certificateFrom, certificate ? termOfCertificate(certificate.cert) : {}),
  ].filter((one) => one.begins !== undefined || one.ends !== undefined);
  return found.sort((one, other) => (one.ends ?? Infinity) - (other.ends ?? Infinity))[0];
}

/** What a person should know now; undefined when all is well, or will be without them. */
export function termFault(
  { what, from, begins, ends, renews }: CredentialTerm,
  now = Date.now(),
): TermFault | undefined {
  const name = `The ${what} ${PLACES[from]}`;
  if (ends !== undefined && ends <= now)
    return { reason: "CredentialExpired", words: `${name} expired at ${timeOf(ends)}.` };
  if (begins !== undefined && begins > now) {
    const words = `${name} is not valid before ${timeOf(begins)}. Is the clock of Porthole's machine right?`;
    return { reason: "CredentialNotYetValid", words };
  }
  if (ends === undefined || renews || ends - now > SOON_MS[what]) return undefined;
  return { reason: "CredentialExpiresSoon", words: `${name} expires at ${timeOf(ends)}.` };
}

interface Times {
  begins?: number | undefined;
  ends?: number | undefined;
}

function timesOfToken(authorization: string): Times {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]*$/.exec(authorization) ?? [];
  if (payload === undefined) return {};
  try {
    const { exp, nbf } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return { begins: millisecondsOf(nbf), ends: millisecondsOf(exp) };
  } catch {
    return {};
  }
}

function millisecondsOf(seconds: unknown): number | undefined {
  const real = typeof seconds === "number" && Math.abs(seconds) < MAX_JWT_SECONDS;
  return real ? seconds * SECOND_MS : undefined;
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
