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

  /** @param names for example `DNS:localhost,IP:127.0.0.1`; a negative number of days makes an expired one */
  issue(names: string, { subject = "/CN=test", days = 2 } = {}): Pair {
    const id = `leaf-${this.#count++}`;
    writeFileSync(join(this.#dir, `${id}.ext`), `subjectAltName=${names}\n`);
    this.#openssl("req", "-new", ...NEW_KEY, "-keyout", `${id}.key`, "-out", `${id}.csr`, "-subj", subject);
    this.#openssl(
      ...["x509", "-req", "-in", `${id}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-days", String(days), "-extfile", `${id}.ext`, "-out", `${id}.crt`],
    );
    return { cert: this.#read(`${id}.crt`), key: this.#read(`${id}.key`) };
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

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export function base64(pem: string): string {
  return Buffer.from(pem).toString("base64");
}
