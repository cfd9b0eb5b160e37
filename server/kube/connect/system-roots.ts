/**
 * The certificate authorities this machine trusts, for clusters without a CA of their own. Node trusts only the list
 * it was built with; kubectl trusts the system's, which is where companies put theirs.
 */
import { readFile } from "node:fs/promises";
import * as tls from "node:tls";
import type { Environment } from "../types.ts";

/** Go's list (crypto/x509/root_linux.go): Debian, Fedora, openSUSE, old RHEL, Alpine. */
const LINUX_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

let loaded: Promise<string[] | undefined> | null = null;

/** Undefined: nothing was found, use Node's own list. Read once. */
export function systemRoots(env: Environment = process.env): Promise<string[] | undefined> {
  loaded ??= readRoots(env);
  return loaded;
}

/** Exported for its test. */
export async function readRoots(env: Environment): Promise<string[] | undefined> {
  const bundle = await firstReadable(env.SSL_CERT_FILE ? [env.SSL_CERT_FILE] : LINUX_BUNDLES);
  const roots = bundle === null ? platformRoots() : [bundle];
  if (!roots) return undefined;
  // A person who set it for Node means it for this Node program.
  const extra = env.NODE_EXTRA_CA_CERTS ? await firstReadable([env.NODE_EXTRA_CA_CERTS]) : null;
  return extra === null ? roots : [...roots, extra];
}

async function firstReadable(files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => null);
    if (text) return text;
  }
  return null;
}

/** macOS and Windows keep theirs in a store that Node reads from 22.15 on. */
function platformRoots(): string[] | undefined {
  const { getCACertificates } = tls as { getCACertificates?: (type: "system" | "default") => string[] };
  return getCACertificates && [...getCACertificates("default"), ...getCACertificates("system")];
}
