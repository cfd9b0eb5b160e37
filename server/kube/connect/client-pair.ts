/** A client certificate and its key, looked at before TLS does: OpenSSL's own words ("bad decrypt") tell nobody what to do. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { ClientCertificate } from "../credential/credentials.ts";

/** PKCS 8, and the older form with a header (RFC 1421 section 4.6.1.1). */
const ENCRYPTED = /^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4,ENCRYPTED/m;

/** What is wrong with the two, in words without a full stop; undefined when they can be used. */
export function pairFault({ cert, key }: ClientCertificate): string | undefined {
  if (ENCRYPTED.test(key)) {
    return "the client key is encrypted, and neither kubectl nor Porthole asks for its passphrase: store it decrypted (openssl pkey -in KEY -out KEY), readable by you alone";
  }
  const certificate = parsed(() => new X509Certificate(cert));
  if (!certificate) return `the client certificate is not a certificate in PEM form${hint(cert)}`;
  const privateKey = parsed(() => createPrivateKey(key));
  if (!privateKey) return `the client key is not a private key in PEM form${hint(key)}`;
  if (certificate.checkPrivateKey(privateKey)) return undefined;
  return `the client key does not belong to the client certificate (of ${nameOf(certificate)})`;
}

/** From when to when it is valid, in Unix milliseconds; nothing of what is no certificate. */
export function termOfCertificate(cert: string): { begins?: number; ends?: number } {
  const certificate = parsed(() => new X509Certificate(cert));
  const [begins, ends] = [Date.parse(certificate?.validFrom ?? ""), Date.parse(certificate?.validTo ?? "")];
  return Number.isNaN(begins) || Number.isNaN(ends) ? {} : { begins, ends };
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

/** What people put in its place. */
function hint(text: string): string {
  if (text.trim() === "") return ": it is empty";
  if (/^-----BEGIN (RSA |EC )?PRIVATE KEY-----/m.test(text)) return ": it is a key";
  if (/^-----BEGIN CERTIFICATE-----/m.test(text))
    return text.includes("\n") ? ": it is a certificate, or a damaged one" : "";
  // An ASN.1 sequence.
  return text.startsWith("0") ? ": it seems to be in DER form (openssl x509 -inform der converts it)" : "";
}

function nameOf({ subject }: X509Certificate): string {
  return JSON.stringify(/(?:^|\n)CN=([^\n]*)/.exec(subject ?? "")?.[1] ?? "nobody").slice(0, 80);
}
