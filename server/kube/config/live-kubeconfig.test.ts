import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { answerJson, startApiServer } from "../testing/api-server.ts";
import { hasOpenssl, loopbackPair, NO_OPENSSL } from "../testing/certificates.ts";
import { get } from "../testing/cluster.ts";
import { configText, names, writeConfig } from "../testing/kubeconfig.ts";
import { tempDir, V1, writePlugin } from "../testing/plugin.ts";
import type { Environment } from "../types.ts";
import { LiveKubeconfig } from "./live-kubeconfig.ts";
import { KubeconfigLoader, type LoadOptions } from "./load-clusters.ts";

const PATIENT = { timeout: 10_000, interval: 20 };

async function live(options: Partial<LoadOptions>, env: Environment = {}) {
  const lines: string[] = [];
  const log = pino({ level: "debug", base: null }, { write: (line) => lines.push(line) });
  const loader = await new KubeconfigLoader({
    serviceAccountDir: tempDir(),
    log,
    env: { PATH: process.env.PATH, HOME: tempDir(), ...env },
    ...options,
  }).load();
  const kubeconfig = new LiveKubeconfig(loader, log);
  onTestFinished(() => {
    kubeconfig.close();
    loader.registry.close();
  });
  const { registry } = loader;
  const become = (...wanted: string[]) => expect.poll(() => names(registry), PATIENT).toEqual(wanted);
  return { registry, kubeconfig, lines, become };
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}

describe("a kubeconfig that changes while Porthole runs", () => {
  it("is followed when it is written in place and when it is replaced; what is unchanged is the same object", async () => {
    const file = writeConfig(configText({ a: {} }, "a"));
    const { registry, become } = await live({ kubeconfig: file });
    const a = registry.get("a");
    writeFileSync(file, configText({ a: {}, b: {} }, "b"));
    await become("a", "b");
    expect(registry.get("a")).toBe(a);
    expect(registry.current).toBe("b");
    replace(file, configText({ a: {}, c: {} }, "c"));
    await become("a", "c");
    expect(registry.get("a")).toBe(a);
    expect(registry.current).toBe("c");
  });

  it("is followed through links, also in a folder above as Kubernetes mounts have them", async () => {
    const dir = tempDir();
    for (const [name, context] of [
      ["..one", "first"],
      ["..two", "second"],
    ] as const) {
      mkdirSync(join(dir, name));
      writeConfig(configText({ [context]: {} }), join(dir, name));
    }
    symlinkSync("..one", join(dir, "..data"));
    symlinkSync(join("..data", "config"), join(dir, "config"));
    const { become } = await live({ kubeconfig: join(dir, "config") });
    symlinkSync("..two", join(dir, "..data_tmp"));
    renameSync(join(dir, "..data_tmp"), join(dir, "..data"));
    await become("second");
  });

  it("is found when it appears later, also in a folder that does not exist yet", async () => {
    const home = tempDir();
    const { registry, become } = await live({}, { HOME: home });
    expect(names(registry)).toEqual([]);
    mkdirSync(join(home, ".kube"));
    writeConfig(configText({ late: {} }, "late"), join(home, ".kube"));
    await become("late");
  });

  it("is one of several: each is followed by itself, and one that is deleted takes its contexts with it", async () => {
    const dir = tempDir();
    const [one, two] = [join(dir, "one"), join(dir, "two")];
    writeFileSync(one, configText({ a: {} }));
    const { registry, become, lines } = await live({}, { KUBECONFIG: [one, two].join(delimiter) });
    writeFileSync(two, configText({ b: {} }));
    await become("a", "b");
    writeFileSync(one, "clusters: [");
    await expect.poll(() => registry.unread?.problem, PATIENT).toContain(one);
    rmSync(two);
    await become("a");
    writeFileSync(one, configText({ a: {} }));
    await expect.poll(() => registry.unread, PATIENT).toBeUndefined();
    expect(existsSync(two)).toBe(false);
    expect(lines.join()).toContain("can be read again");
  });

  it("is read at once when it is asked for", async () => {
    const file = writeConfig(configText({ a: {}, b: {} }));
    const { registry, kubeconfig } = await live({ kubeconfig: file });
    writeFileSync(file, configText({ b: {} }));
    await kubeconfig.reload();
    expect(names(registry)).toEqual(["b"]);
  });
});

describe.skipIf(!hasOpenssl)(`a context that the kubeconfig changes (${NO_OPENSSL})`, () => {
  const server = () => startApiServer((_request, response) => answerJson(response, 200, {}), loopbackPair());
  const at = (server: string) => ({ server, "insecure-skip-tls-verify": true });

  it("asks with the new token and namespace over what is open, as the same object", async () => {
    const api = await server();
    const cluster = at(api.url);
    const file = writeConfig(configText({ a: { cluster, user: { token: "old-token" } } }));
    const { registry, kubeconfig } = await live({ kubeconfig: file });
    const context = registry.get("a")!;
    const open = context.as(null);
    await open.json(get("/1"));
    writeFileSync(file, configText({ a: { cluster, user: { token: "new-token" }, namespace: "team-a" } }));
    await kubeconfig.reload();
    expect(registry.get("a")).toBe(context);
    expect(context.namespace).toBe("team-a");
    expect(open.namespace).toBe("team-a");
    await open.json(get("/2"));
    expect(api.seen.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer old-token",
      "Bearer new-token",
    ]);
  });

  it.each([
    ["address", (other: string) => ({ cluster: at(other), user: { token: "t" } })],
    [
      "trust",
      (_other: string, url: string) => ({
        cluster: { ...at(url), "tls-server-name": "x" },
        user: { token: "t" },
      }),
    ],
    [
      "impersonated user",
      (_other: string, url: string) => ({ cluster: at(url), user: { token: "t", as: "jane" } }),
    ],
  ])(
    "is another one, with nothing remembered, when its %s is: what runs on the old goes on",
    async (_what, changed) => {
      const [api, other] = [await server(), await server()];
      const file = writeConfig(configText({ a: { cluster: at(api.url), user: { token: "t" } } }));
      const { registry, kubeconfig } = await live({ kubeconfig: file });
      const before = registry.get("a")!.as(null);
      await before.json(get("/1"));
      writeFileSync(file, configText({ a: changed(other.url, api.url) }));
      await kubeconfig.reload();
      const after = registry.get("a")!.as(null);
      expect(after.key).not.toBe(before.key);
      await before.json(get("/2"));
      expect(api.seen.at(-1)).toMatchObject({ url: "/2" });
      expect(api.seen.at(-1)?.headers["impersonate-user"]).toBeUndefined();
    },
  );

  it("keeps its credential plugin's answer when the plugin is the same, and its run", async () => {
    const api = await server();
    const cluster = at(api.url);
    const plugin = writePlugin(tempDir(), 'setTimeout(() => answer({ token: "tok" }), 300);');
    const exec = { apiVersion: V1, command: plugin.command, interactiveMode: "Never" };
    const file = writeConfig(configText({ a: { cluster, user: { exec } } }));
    const { registry, kubeconfig } = await live({ kubeconfig: file });
    const asked = registry.get("a")!.as(null).json(get("/1"));
    writeFileSync(file, configText({ a: { cluster, user: { exec }, namespace: "n" } }));
    await kubeconfig.reload();
    await asked;
    await registry.get("a")!.as(null).json(get("/2"));
    expect(plugin.runs()).toBe(1);
  });
});
