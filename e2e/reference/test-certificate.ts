/** A certificate for 127.0.0.1, which is its own authority: kubectl talks to nothing without TLS. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const VALID_DAYS = "2";

export interface TestCertificate {
  cert: string;
  key: string;
}

/** Makes the two files in a folder and gives their paths. */
export function makeCertificate(folder: string): TestCertificate {
  const cert = join(folder, "tls.crt");
  const key = join(folder, "tls.key");
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-days", VALID_DAYS, "-subj", "/CN=porthole-test", "-keyout", key, "-out", cert],
      ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
    ],
    { stdio: "pipe" },
  );
  return { cert, key };
}
