import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { answerJson, startApiServer } from "../testing/api-server.ts";
import { base64, hasOpenssl, loopbackPair, NO_OPENSSL, TestAuthority } from "../testing/certificates.ts";
import { configText, type Fields, load, writeConfig } from "../testing/kubeconfig.ts";
import { kubectl, NO_KUBECTL, runKubectl } from "../testing/kubectl.ts";
import { tempDir, V1, V1BETA1, writePlugin } from "../testing/plugin.ts";
import { startConnectProxy } from "../testing/proxies.ts";
import type { Environment } from "../types.ts";
import type { ContextRegistry } from "./cluster-registry.ts";

const authority = hasOpenssl ? new TestAuthority() : null;
afterAll(() => authority?.dispose());

const VERSION = { method: "GET", path: "/version" };

describe.skipIf(!hasOpenssl)(`what a context sends (${NO_OPENSSL})`, () => {
  const UNVERIFIED = { "insecure-skip-tls-verify": true };

  const startEcho = () =>
    startApiServer(({ headers }, response) => answerJson(response, 200, headers), loopbackPair());
  const whoami = async (cluster: Fields, user: Fields, env: Environment = {}) => {
    const server = await startEcho();
    const fields = { server: server.url, ...UNVERIFIED, ...cluster };
    const kubeconfig = writeConfig(configText({ x: { cluster: fields, user } }));
    const registry = await load({ kubeconfig }, env);
    return {
      headers: await registry.get("x")!.as(null).json<Record<string, string>>(VERSION),
      server,
      registry,
    };
  };

  it("is the user's token and who it impersonates", async () => {
    const { headers } = await whoami(
      {},
      { token: "tok", as: "jane", "as-uid": "7", "as-groups": ["a", "b"] },
    );
    expect(headers).toMatchObject({
      authorization: "Bearer tok",
      "impersonate-user": "jane",
      "impersonate-uid": "7",
      "impersonate-group": "a, b",
    });
  });

  it("is user and password of the address, whoever the user is", async () => {
    const server = await startEcho();
    const text = JSON.stringify({
      clusters: [
        { name: "c", cluster: { server: server.url.replace("//", "//ann:pass-of-ann@"), ...UNVERIFIED } },
      ],
      users: [{ name: "u", user: { token: "of-the-user" } }],
      contexts: ["", "u"].map((user) => ({ name: `x${user}`, context: { cluster: "c", user } })),
    });
    const registry = await load({ kubeconfig: writeConfig(text) });
    for (const name of ["x", "xu"]) {
      expect(await registry.get(name)?.as(null).json(VERSION)).toMatchObject({
        authorization: `Basic ${base64("ann:pass-of-ann")}`,
      });
      expect(registry.get(name)?.server).toBe(server.url);
    }
  });

  it.each(["another machine", "loopback"])("is nothing secret over plain HTTP to %s", async (where) => {
    const server = await startApiServer(({ headers }, response) => answerJson(response, 200, headers));
    const user = { token: "token-of-ann", as: "jane" };
    const address = where === "loopback" ? server.url : "http://kube.test";
    const kubeconfig = writeConfig(configText({ x: { cluster: { server: address }, user } }));
    const registry = await load({ kubeconfig });
    expect((await registry.get("x")!.as(null).connection()).identifiedBy).toEqual(["Impersonate-User"]);
    if (where === "loopback") await registry.get("x")!.as(null).json(VERSION);
    expect(server.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(registry.lines.join()).toContain('The context \\"x\\" uses plain HTTP');
    expect(registry.lines.join()).not.toContain("token-of-ann");
  });

  it("goes through the proxy of the environment, except to loopback and NO_PROXY", async () => {
    const proxy = await startConnectProxy({ refuseWith: 503 });
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "direct.invalid" };
    const cluster = (server: string) => ({ cluster: { server } });
    const text = configText({
      far: cluster("https://kube.test:6443"),
      direct: cluster("https://direct.invalid"),
      near: cluster("https://127.0.0.1:1"),
    });
    const registry = await load({ kubeconfig: writeConfig(text) }, env);
    await expect(registry.get("far")!.as(null).request(VERSION)).rejects.toThrow("HTTP 503");
    await expect(registry.get("direct")!.as(null).request(VERSION)).rejects.toThrow(
      "direct.invalid:443 was not found",
    );
    await expect(registry.get("near")!.as(null).request(VERSION)).rejects.toThrow("127.0.0.1:1 refuses");
    expect(proxy.targets).toEqual(["kube.test:6443"]);
  });

  it("comes from one run of a plugin for all contexts of a user, unless it is told of the cluster", async () => {
    const server = await startEcho();
    const dir = tempDir();
    const { command, runs } = writePlugin(dir, `answer({ token: "t" + runs })`);
    const registryFor = (provideClusterInfo: boolean) => {
      const exec = { command, apiVersion: V1, interactiveMode: "Never", provideClusterInfo };
      const text = JSON.stringify({
        clusters: [{ name: "c", cluster: { server: server.url, ...UNVERIFIED } }],
        users: [{ name: "u", user: { exec } }],
        contexts: ["a", "b"].map((name) => ({ name, context: { cluster: "c", user: "u" } })),
      });
      return load({ kubeconfig: writeConfig(text) });
    };
    const ask = (registry: ContextRegistry) =>
      Promise.all(registry.list().map((cluster) => cluster.as(null).json(VERSION)));
    await ask(await registryFor(false));
    expect(runs()).toBe(1);
    await ask(await registryFor(true));
    expect(runs()).toBe(3);
  });
});

describe.skipIf(!hasOpenssl)(`what a credential plugin is told (${NO_OPENSSL})`, () => {
  it.skipIf(!kubectl).each([V1, V1BETA1])(
    `is what kubectl tells it, with %s (${NO_KUBECTL})`,
    async (apiVersion) => {
      const dir = tempDir();
      const ca = authority?.ca ?? "";
      const { command } = writePlugin(
        dir,
        `fs.writeFileSync(${JSON.stringify(dir)} + "/info-" + runs, process.env.KUBERNETES_EXEC_INFO); answer({ token: "t" })`,
        apiVersion,
      );
      const server = await startApiServer(
        (_request, response) => answerJson(response, 200, {}),
        authority?.issue("DNS:kube.test"),
      );
      writeFileSync(join(dir, "ca.crt"), ca);
      const cluster = {
        server: server.url,
        "tls-server-name": "kube.test",
        "certificate-authority": "ca.crt",
        "disable-compression": true,
        extensions: [
          { name: "other", extension: { a: 1 } },
          { name: "client.authentication.k8s.io/exec", extension: { audience: "x", list: [1, { b: null }] } },
        ],
      };
      const exec = {
        command: "./plugin",
        apiVersion,
        interactiveMode: "IfAvailable",
        provideClusterInfo: true,
      };
      const file = writeConfig(configText({ x: { cluster, user: { exec } } }, "x"), dir);
      expect(command).toBe(join(dir, "plugin"));
      await (await load({ kubeconfig: file })).get("x")?.as(null).json(VERSION);
      await runKubectl(["--kubeconfig", file, "get", "--raw", "/version"], {}, dir);
      const [ours, theirs] = [1, 2].map((run) => JSON.parse(readFileSync(join(dir, `info-${run}`), "utf8")));
      expect(ours).toEqual(theirs);
      expect(new Set(server.seen.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer t"]));
    },
  );
});
