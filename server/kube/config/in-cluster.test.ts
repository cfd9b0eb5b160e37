import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { answerJson, startApiServer } from "../testing/api-server.ts";
import { hasOpenssl, NO_OPENSSL, TestAuthority } from "../testing/certificates.ts";
import { tempDir } from "../testing/plugin.ts";
import { inCluster } from "./in-cluster.ts";

const authority = hasOpenssl ? new TestAuthority() : null;
afterAll(() => authority?.dispose());

const ENV = { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "6443" };

function serviceAccount(files: Record<string, string>): string {
  const dir = tempDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

describe("inCluster", () => {
  it("is nothing outside a pod", async () => {
    const dir = serviceAccount({ token: "t", "ca.crt": "" });
    expect(await inCluster({}, dir)).toBeNull();
    expect(await inCluster({ KUBERNETES_SERVICE_HOST: "10.0.0.1" }, dir)).toBeNull();
    expect(await inCluster(ENV, tempDir())).toBeNull();
  });

  it("knows address and namespace", async () => {
    const dir = serviceAccount({ token: "t", "ca.crt": "", namespace: "team-a\n" });
    expect(await inCluster(ENV, dir)).toMatchObject({
      name: "in-cluster",
      server: "https://127.0.0.1:6443",
      namespace: "team-a",
    });
    const six = { ...ENV, KUBERNETES_SERVICE_HOST: "fd00::1" };
    expect(await inCluster(six, serviceAccount({ token: "t" }))).toMatchObject({
      server: "https://[fd00::1]:6443",
      namespace: "default",
    });
  });

  it.skipIf(!authority)(
    `trusts the mounted CA and follows the token as it is replaced (${NO_OPENSSL})`,
    async () => {
      const server = await startApiServer(
        ({ headers }, response) => answerJson(response, 200, { token: headers.authorization }),
        authority?.issue("IP:127.0.0.1"),
      );
      const dir = serviceAccount({ token: "first-token", "ca.crt": authority?.ca ?? "" });
      const context = await inCluster({ ...ENV, KUBERNETES_SERVICE_PORT: String(server.port) }, dir);
      onTestFinished(() => context?.close());
      const ask = () => context?.as(null).json({ method: "GET", path: "/version" });
      expect(await ask()).toEqual({ token: "Bearer first-token" });
      writeFileSync(join(dir, "token"), "second-and-longer");
      expect(await ask()).toEqual({ token: "Bearer second-and-longer" });
    },
  );
});
