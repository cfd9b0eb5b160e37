import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { answerJson, startApiServer } from "../testing/api-server.ts";
import { hasOpenssl, NO_OPENSSL, TestAuthority } from "../testing/certificates.ts";
import { clusterFor, get } from "../testing/cluster.ts";
import { tempDir } from "../testing/plugin.ts";
import { readRoots } from "./system-roots.ts";

const authority = hasOpenssl ? new TestAuthority() : null;
afterAll(() => {
  vi.unstubAllEnvs();
  authority?.dispose();
});

describe("readRoots", () => {
  it("reads the file that SSL_CERT_FILE names, and what NODE_EXTRA_CA_CERTS adds", async () => {
    const dir = tempDir();
    writeFileSync(join(dir, "own"), "own");
    writeFileSync(join(dir, "extra"), "extra");
    const env = { SSL_CERT_FILE: join(dir, "own"), NODE_EXTRA_CA_CERTS: join(dir, "extra") };
    expect(await readRoots(env)).toEqual(["own", "extra"]);
    expect(await readRoots({ SSL_CERT_FILE: join(dir, "own") })).toEqual(["own"]);
  });

  it.skipIf(!authority)(
    `is what a cluster without an authority of its own is trusted by (${NO_OPENSSL})`,
    async () => {
      const file = join(tempDir(), "roots");
      writeFileSync(file, authority?.ca ?? "");
      // Read once per process: this file's process has not asked before.
      vi.stubEnv("SSL_CERT_FILE", file);
      const server = await startApiServer(
        (_request, response) => answerJson(response, 200, { trusted: true }),
        authority?.issue("IP:127.0.0.1"),
      );
      expect(await clusterFor(server.url).json(get("/"))).toEqual({ trusted: true });
    },
  );
});
