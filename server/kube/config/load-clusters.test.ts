import { chmodSync, mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ApiContext } from "../api/api-context.ts";
import { configText, load, names, writeConfig } from "../testing/kubeconfig.ts";
import { tempDir } from "../testing/plugin.ts";

describe("which kubeconfig is loaded", () => {
  it("lists every context in the file's order, with namespace, user and which is current", async () => {
    const text = configText({ zeta: { namespace: "team-a" }, "arn:aws:eks:x/y": {} }, "zeta");
    const registry = await load({ kubeconfig: writeConfig(text) });
    expect(registry.list()).toEqual([
      expect.objectContaining({
        name: "zeta",
        namespace: "team-a",
        user: "zeta",
      }),
      expect.objectContaining({ name: "arn:aws:eks:x/y", namespace: "default" }),
    ]);
    expect(registry.current).toBe("zeta");
    expect(registry.get("zeta")?.server).toBe("https://127.0.0.1:1");
    expect(registry.get("__proto__")).toBeUndefined();
  });

  it("says of a name that fits in no URL so", async () => {
    const [fits, long] = ["日".repeat(1_000), "x".repeat(13_000)];
    const registry = await load({ kubeconfig: writeConfig(configText({ [fits]: {}, [long]: {} })) });
    expect(registry.get(fits)?.problem).toBeUndefined();
    expect(registry.get(long)?.problem).toContain("its name takes 13000 characters in a URL");
  });

  it("limits to one context, and says which there are when it is unknown", async () => {
    const kubeconfig = writeConfig(configText({ a: {}, b: {} }, "a"));
    const registry = await load({ kubeconfig, context: "b" });
    expect(names(registry)).toEqual(["b"]);
    expect(registry.current).toBe("b");
    await expect(load({ kubeconfig, context: "c" })).rejects.toMatchObject({
      code: "CONFIG",
      message: 'There is no context "c". There are: a, b.',
    });
  });

  it("takes the flag, then KUBECONFIG, then the home directory", async () => {
    const home = tempDir();
    mkdirSync(join(home, ".kube"));
    writeConfig(configText({ home: {} }), join(home, ".kube"));
    const listed = writeConfig(configText({ one: {} }));
    const second = writeConfig(configText({ two: {} }));
    const env = { HOME: home, KUBECONFIG: [listed, join(home, "missing"), second].join(delimiter) };
    expect(names(await load({ kubeconfig: writeConfig(configText({ flag: {} })) }, env))).toEqual(["flag"]);
    expect(names(await load({}, env))).toEqual(["one", "two"]);
    expect(names(await load({}, { HOME: home }))).toEqual(["home"]);
  });

  it("is empty without any file, and with KUBECONFIG=/dev/null", async () => {
    expect(names(await load({}))).toEqual([]);
    expect(names(await load({}, { KUBECONFIG: "/dev/null" }))).toEqual([]);
    const missing = await load({}, { KUBECONFIG: "/nowhere/config" });
    expect(names(missing)).toEqual([]);
    expect(missing.lines.join()).toContain("/nowhere/config");
    expect(missing.missing).toMatch(/^KUBECONFIG names \/nowhere\/config, and there is no such file\. /);
    const refused = load({ context: "a" }, { KUBECONFIG: "/nowhere/config" });
    await expect(refused).rejects.toThrow('There is no context "a". KUBECONFIG names /nowhere/config, and');
    expect((await load({}, { KUBECONFIG: "/dev/null" })).missing).toBeUndefined();
    expect((await load({})).missing).toBeUndefined();
  });

  it("says which files KUBECONFIG names, where none of them is there", async () => {
    const missing = async (...files: string[]) =>
      (await load({}, { KUBECONFIG: files.join(delimiter) })).missing;
    expect(await missing("", "nowhere/config", "")).toContain(
      `nowhere/config (${resolve("nowhere/config")}), and there`,
    );
    expect(await missing("/nowhere/a", "/nowhere/b")).toContain(
      "/nowhere/a, /nowhere/b, and none of these files",
    );
    expect(await missing("", "")).toContain("names no file");
    expect(await missing("/nowhere/a", writeConfig(configText({ a: {} })))).toBeUndefined();
  });

  it("says of a ~ in KUBECONFIG that no shell has replaced it, in place of the demo", async () => {
    await expect(load({}, { KUBECONFIG: "~/.kube/config" })).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("no shell has replaced the ~"),
    });
    const there = writeConfig(configText({ one: {} }));
    expect(names(await load({}, { KUBECONFIG: `~/.kube/config${delimiter}${there}` }))).toEqual(["one"]);
  });

  it("falls back to the pod's service account", async () => {
    const dir = tempDir();
    writeConfig("token", dir, "token");
    writeConfig("ca", dir, "ca.crt");
    const env = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
    expect(names(await load({ serviceAccountDir: dir }, env))).toEqual(["in-cluster"]);
    const kubeconfig = writeConfig(configText({ a: {} }));
    expect(names(await load({ serviceAccountDir: dir, kubeconfig }, env))).toEqual(["a"]);
    await expect(load({ serviceAccountDir: dir, context: "x" }, env)).rejects.toThrow(
      "There are: in-cluster.",
    );
  });

  it("says in one sentence what is wrong with a file, and names it", async () => {
    const bad = writeConfig("users:\n- {name: u, user: {token: hunter2-token}}}\n");
    const empty = writeConfig("");
    const dir = tempDir();
    for (const [options, env, words] of [
      [{ kubeconfig: "/nowhere/config" }, {}, "/nowhere/config does not exist"],
      [{ kubeconfig: dir }, {}, `${dir} is a directory`],
      [{ kubeconfig: empty }, {}, `${empty} is empty: it has no contexts`],
      [{}, { KUBECONFIG: empty }, `${empty}) is empty: it has no contexts`],
      [{ kubeconfig: bad }, {}, `${bad}:2:`],
      [{}, { KUBECONFIG: `${empty}${delimiter}${bad}` }, `${bad}:2:`],
      [{ kubeconfig: writeConfig("x".repeat(5 * 1024 * 1024)) }, {}, "is larger than 4194304 bytes"],
    ] as const) {
      const error: unknown = await load(options, env).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        name: "KubeError",
        code: "CONFIG",
        message: expect.stringContaining(words),
      });
      expect((error as Error).message).not.toMatch(/hunter2|\n/);
    }
  });

  it.skipIf(process.getuid?.() === 0)(
    "says when a file may not be read (needs to run as an ordinary user)",
    async () => {
      const file = writeConfig(configText({ a: {} }));
      chmodSync(file, 0o000);
      await expect(load({ kubeconfig: file })).rejects.toThrow("may not be read by this user");
    },
  );

  it("only warns of an empty file that nobody asked for", async () => {
    const home = tempDir();
    mkdirSync(join(home, ".kube"));
    const file = writeConfig("apiVersion: v1\nkind: Config\ncontexts: null\n", join(home, ".kube"));
    const registry = await load({}, { HOME: home });
    expect(names(registry)).toEqual([]);
    expect(registry.lines.join()).toContain(`${file} is empty`);
  });

  it("takes no other context for the current one when the kubeconfig's does not exist, and says why", async () => {
    const missing = await load({ kubeconfig: writeConfig(configText({ a: {}, b: {} })) });
    expect(missing.current).toBeNull();
    expect(missing.noCurrent).toContain("names no current-context");
    const broken = await load({ kubeconfig: writeConfig(configText({ a: {} }, "gone")) });
    expect(broken.current).toBeNull();
    expect(broken.noCurrent).toContain('"gone"');
    const unusable = await load({ kubeconfig: writeConfig(configText({ a: {}, b: { cluster: {} } }, "b")) });
    expect(unusable.current).toBe("b");
    expect(unusable.noCurrent).toBeUndefined();
  });

  it("lets other clusters be added, each name once", async () => {
    const registry = await load({ kubeconfig: writeConfig(configText({ a: {} })) });
    const demo = new ApiContext({
      name: "demo",
      server: "http://127.0.0.1:1",
      credential: { token: "t" },
    });
    registry.add(demo);
    expect(names(registry)).toEqual(["a", "demo"]);
    expect(() => registry.add(demo)).toThrow('the name "demo"');
  });
});
