/**
 * A bundle of certificate authorities as kubectl reads it (crypto/x509 AppendCertsFromPEM): every block that is called
 * CERTIFICATE and is one counts, whatever stands around it. OpenSSL would stop at the first broken one, and takes more.
 */
import { X509Certificate } from "node:crypto";
import { KubeError } from "../errors.ts";

/** A block with headers (a colon) is none to Go. */
const BLOCK = /(?:^|\n)-----BEGIN CERTIFICATE-----[ \t]*\r?\n([^:-]*)\n-----END CERTIFICATE-----/g;

/**
 * Those that can be used, in PEM.
 * @param what names the bundle in messages
 * @throws KubeError CONFIG when there is none
 */
export function authoritiesIn(pem: string, what: string): string {
  const found = [...pem.matchAll(BLOCK)].flatMap(([, body = ""]) => certificateOf(body) ?? []);
  if (found.length > 0) return found.join("");
  throw new KubeError("CONFIG", `${what} holds no certificate in PEM form`);
}

function certificateOf(body: string): string | undefined {
  try {
    return new X509Certificate(Buffer.from(body, "base64")).toString();
  } catch {
    return undefined;
  }
}
