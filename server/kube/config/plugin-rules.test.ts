import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExecPlugin } from "../credential/exec-plugin.ts";
import type { PluginMode } from "../credential/plugin-gate.ts";
import { configText, writeConfig } from "../testing/kubeconfig.ts";
import { kubectl, NO_KUBECTL, runKubectl } from "../testing/kubectl.ts";
import { tempDir, V1, writePlugin } from "../testing/plugin.ts";
import { pluginRules } from "./plugin-rules.ts";

const KUBERC_MINOR = 35;
/** An older kubectl knows no policy. */
const knowsPolicy =
  kubectl !== undefined &&
  Number(
    /"minor": "(\d+)/.exec(
      spawnSync(kubectl, ["version", "--client", "-o", "json"], { encoding: "utf8" }).stdout,
    )?.[1],
  ) >= KUBERC_MINOR;
const PREFERENCE = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n";

function setUp(kuberc: string | null, mode: PluginMode = "allow", dir = tempDir()) {
  const { command, runs } = writePlugin(dir, `answer({ token: "t" })`);
  mkdirSync(join(dir, ".kube"), { recursive: true });
  if (kuberc !== null) writeFileSync(join(dir, ".kube", "kuberc"), kuberc);
  const env = { HOME: dir, PATH: `${dir}:${process.env.PATH}` };
  const start = (args: string[] = [], name = command) => {
    const rules = pluginRules(
      { credentialPlugins: mode, loginTimeoutMs: 60_000 },
      env,
      pino({ level: "silent" }),
    );
    const plugin = new ExecPlugin({ command: name, args, env: [], apiVersion: V1 }, env, undefined, rules);
    onTestFinished(() => plugin.close());
    return plugin;
  };
  return { dir, env, command, runs, start };
}

/** With `@` for the plugin's path. The last is what kubectl 1.36 does. */
const KUBERCS: [string, string, boolean][] = [
  ["no policy", PREFERENCE, true],
  ["AllowAll", `${PREFERENCE}credentialPluginPolicy: AllowAll`, true],
  ["DenyAll", `${PREFERENCE}credentialPluginPolicy: DenyAll`, false],
  ["an unknown policy", `${PREFERENCE}credentialPluginPolicy: Some`, false],
  [
    "its path on the list",
    `${PREFERENCE}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: other}, {name: "@"}]`,
    true,
  ],
  [
    "its command on the list",
    `${PREFERENCE}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: "@"}]`,
    true,
  ],
  [
    "its name on the list, found on PATH",
    `${PREFERENCE}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: plugin}]`,
    true,
  ],
  [
    "others on the list",
    `${PREFERENCE}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: aws}, {command: /x/plugin}]`,
    false,
  ],
  [
    "a pattern on the list",
    `${PREFERENCE}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: "plug*"}]`,
    false,
  ],
  ["an empty list", `${PREFERENCE}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: []`, false],
  ["no list", `${PREFERENCE}credentialPluginPolicy: Allowlist`, false],
  [
    "an empty entry",
    `${PREFERENCE}credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: ""}, {name: "@"}]`,
    false,
  ],
  ["a list without a policy", `${PREFERENCE}credentialPluginAllowlist: [{name: "@"}]`, false],
  [
    "a list beside DenyAll",
    `${PREFERENCE}credentialPluginPolicy: DenyAll\ncredentialPluginAllowlist: [{name: "@"}]`,
    false,
  ],
  [
    "a version that knows no policy",
    `apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\ncredentialPluginPolicy: DenyAll`,
    true,
  ],
];

describe("a plugin under the person's kuberc", () => {
  it.each(KUBERCS)("with %s", async (_title, text, runs) => {
    const dir = tempDir();
    const { start } = setUp(text.replaceAll("@", join(dir, "plugin")), "allow", dir);
    const answer = await start()
      .get()
      .catch((error: Error) => error.message);
    if (runs) expect(answer).toMatchObject({ authorization: "Bearer t" });
    else expect(answer).toMatch(/was not run: .*kuberc/);
  });

  it.skipIf(!knowsPolicy).each(KUBERCS)(
    `as kubectl: with %s (${knowsPolicy ? "1.35 or newer" : NO_KUBECTL})`,
    async (_title, text, runs) => {
      const dir = tempDir();
      const set = setUp(text.replaceAll("@", join(dir, "plugin")), "allow", dir);
      const exec = { apiVersion: V1, command: set.command, interactiveMode: "Never" };
      writeConfig(configText({ a: { user: { exec } } }, "a"), dir);
      await runKubectl(
        ["--kubeconfig", "config", "get", "--raw", "/version"],
        { PATH: set.env.PATH },
        dir,
      ).catch(() => {});
      expect(set.runs() > 0).toBe(runs);
    },
  );

  it.each([
    ["is not YAML", "credentialPluginPolicy: [", {}],
    ["is named and missing", null, { KUBERC: "/nowhere/kuberc" }],
  ])("does not run while the file %s: a rule in it would be lost", async (_title, text, extra) => {
    const set = setUp(text);
    Object.assign(set.env, extra);
    await expect(set.start().get()).rejects.toThrow("kuberc");
    expect(set.runs()).toBe(0);
  });

  it("runs without the file, when it is switched off, and as soon as the file allows it", async () => {
    const set = setUp(`${PREFERENCE}credentialPluginPolicy: DenyAll`);
    const plugin = set.start();
    await expect(plugin.get()).rejects.toThrow("forbids every plugin");
    expect(plugin.info()).toMatchObject({ state: "failed", problem: expect.stringContaining("DenyAll") });
    writeFileSync(join(set.dir, ".kube", "kuberc"), PREFERENCE);
    await plugin.get();
    writeFileSync(join(set.dir, ".kube", "kuberc"), `${PREFERENCE}credentialPluginPolicy: DenyAll`);
    Object.assign(set.env, { KUBERC: "off" });
    await set.start().get();
  });
});

describe("a plugin that nobody has allowed", () => {
  it("is asked about and not run; a permission is for exactly that and is kept", async () => {
    const set = setUp(null, "ask");
    const plugin = set.start(["login"]);
    await expect(plugin.get()).rejects.toThrow(/has not been allowed yet/);
    const { state, hash, program } = plugin.info();
    expect(state).toBe("asking");
    expect(program).toEqual({ command: set.command, path: set.command, args: ["login"], env: [] });
    await expect(plugin.act("allow", "0".repeat(64))).rejects.toThrow("has changed");
    expect(set.runs()).toBe(0);
    await plugin.act("allow", hash);
    await plugin.get();
    expect(set.runs()).toBe(1);

    await set.start(["login"]).get();
    await expect(set.start(["login", "--as", "somebody"]).get()).rejects.toThrow("has not been allowed");
    await expect(set.start(["login"], "plugin").get()).rejects.toThrow("has not been allowed");
    const file = join(set.dir, ".local", "state", "porthole", "allowed-plugins.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain(hash);
  });

  it("does not run under --credential-plugins deny, nor under a kuberc that forbids what was allowed", async () => {
    const dir = tempDir();
    const asked = setUp(null, "ask", dir).start();
    await asked.get().catch(() => {});
    await asked.act("allow", asked.info().hash);
    await asked.get();
    await expect(setUp(null, "deny", dir).start().get()).rejects.toThrow("--credential-plugins deny");
    await expect(
      setUp(`${PREFERENCE}credentialPluginPolicy: DenyAll`, "ask", dir).start().get(),
    ).rejects.toThrow("DenyAll");
  });
});
