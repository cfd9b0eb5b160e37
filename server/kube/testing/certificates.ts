/** Certificates made by the openssl command, once per test file: a real CA, server and client certificates. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
export const NO_OPENSSL = "needs the openssl command";

export interface Pair {
  cert: string;
  key: string;
}

export class TestAuthority {
  readonly ca: string;
  readonly #dir = mkdtempSync(join(tmpdir(), "porthole-ca-"));
  #count = 0;

  constructor() {
    this.#openssl(
      "req",
      "-x509",
      ...NEW_KEY,
      "-keyout",
      "ca.key",
      "-out",
      "ca.crt",
      "-subj",
      "/CN=test CA",
      "-days",
      "2",
    );
    this.ca = this.#read("ca.crt");
  }

  /**
   * @param names for example `DNS:localhost,IP:127.0.0.1`; without any the certificate has its subject alone
   * @param options a negative number of days makes an expired one
   */
  issue(names: string, { subject = "/CN=test", days = 2 } = {}): Pair {
    const id = `leaf-${this.#count++}`;
    writeFileSync(join(this.#dir, `${id}.ext`), names ? `subjectAltName=${names}\n` : "");
    this.#openssl("req", "-new", ...NEW_KEY, "-keyout", `${id}.key`, "-out", `${id}.csr`, "-subj", subject);
    this.#openssl(
      ...["x509", "-req", "-in", `${id}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-days", String(days), "-extfile", `${id}.ext`, "-out", `${id}.crt`],
    );
    return { cert: this.#read(`${id}.crt`), key: this.#read(`${id}.key`) };
  }

  /** The same key, asking for a passphrase, in the two forms there are: PKCS 8, and the older one with `Proc-Type`. */
  encrypt(key: string): { pkcs8: string; traditional: string } {
    writeFileSync(join(this.#dir, "plain.key"), key);
    const out = ["-in", "plain.key", "-out", "encrypted.key", "-passout", "pass:secret"];
    this.#openssl("pkcs8", "-topk8", ...out);
    const pkcs8 = this.#read("encrypted.key");
    this.#openssl("ec", "-aes128", ...out);
    return { pkcs8, traditional: this.#read("encrypted.key") };
  }

  dispose(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #openssl(...args: string[]): void {
    execFileSync("openssl", args, { cwd: this.#dir, stdio: ["ignore", "ignore", "pipe"] });
  }

  #read(name: string): string {
    return readFileSync(join(this.#dir, name), "utf8");
  }
}

let loopback: Pair | undefined;

/**
 * For servers of tests that look at credentials, which leave a kubeconfig over TLS alone. Made once; trusted by
 * insecure-skip-tls-verify.
 */
export function loopbackPair(): Pair {
  if (!loopback) {
    const authority = new TestAuthority();
    loopback = authority.issue("IP:127.0.0.1,DNS:localhost", { days: 90 });
    authority.dispose();
  }
  return loopback;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export function base64(pem: string): string {
  return Buffer.from(pem).toString("base64");
}
