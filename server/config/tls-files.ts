/** The certificate and the key, tried before anything listens: what Node makes of bad ones is a stack trace. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { ConfigError, shown } from "./config-error.ts";
import { readConfigFile } from "./values.ts";

/** A chain with its roots; a private key is some 3 KiB. */
const MAX_TLS_FILE_BYTES = 1024 * 1024;

export interface TlsFiles {
  cert: string;
  key: string;
}

/** @throws ConfigError */
export async function readTls(
  certFile: string | undefined,
  keyFile: string | undefined,
): Promise<{ tls: TlsFiles | undefined; warnings: string[] }> {
  if (certFile === undefined && keyFile === undefined) return { tls: undefined, warnings: [] };
  if (certFile === undefined || keyFile === undefined)
    throw new ConfigError("--tls-cert and --tls-key go together");
  const cert = await readConfigFile("--tls-cert", certFile, MAX_TLS_FILE_BYTES);
  const key = await readConfigFile("--tls-key", keyFile, MAX_TLS_FILE_BYTES);
  const leaf = certificateOf(cert, `--tls-cert ${shown(certFile)}`);
  const privateKey = keyOf(key, `--tls-key ${shown(keyFile)}`);
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new ConfigError(
      `--tls-key ${shown(keyFile)} is not the key of the certificate in --tls-cert ${shown(certFile)}`,
    );
  }
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const why = (cause as Error).message;
    throw new ConfigError(`--tls-cert ${shown(certFile)} and its key cannot be used: ${why}`, { cause });
  }
  return { tls: { cert, key }, warnings: warningsOf(leaf, certFile) };
}

function certificateOf(pem: string, named: string): X509Certificate {
  if (!/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(pem)) {
    const swapped = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem);
    throw new ConfigError(`${named} holds no certificate in PEM${swapped ? ", but a private key" : ""}`);
  }
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new ConfigError(`${named} holds a certificate that is damaged`, { cause });
  }
}

function keyOf(pem: string, named: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    const swapped = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/.test(pem);
    throw new ConfigError(`${named} holds no private key in PEM${swapped ? ", but a certificate" : ""}`);
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: *4, *ENCRYPTED/m.test(pem)) {
    throw new ConfigError(`${named} asks for a passphrase: write it without one, as openssl pkey does`);
  }
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new ConfigError(`${named} holds a private key that is damaged`, { cause });
  }
}

function warningsOf({ validFrom, validTo }: X509Certificate, file: string): string[] {
  const now = Date.now();
  const named = `the certificate in --tls-cert ${shown(file)}`;
  if (Date.parse(validTo) < now) return [`${named} expired on ${validTo}: browsers refuse it`];
  if (Date.parse(validFrom) > now) return [`${named} counts from ${validFrom} only: browsers refuse it`];
  return [];
}
