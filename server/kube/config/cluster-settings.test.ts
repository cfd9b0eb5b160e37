import { describe, expect, it } from "vitest";
import { base64 } from "../testing/certificates.ts";
import { configText, type Fields, load, names, writeConfig } from "../testing/kubeconfig.ts";
import { kubectl, NO_KUBECTL, runKubectl } from "../testing/kubectl.ts";
import { tempDir, V1 } from "../testing/plugin.ts";

const VERSION = { method: "GET", path: "/version" };
const EXEC = { command: "true", apiVersion: V1, interactiveMode: "Never" };
/** Contexts that neither kubectl nor we can use, and the words of ours. */
const UNUSABLE: [words: string, cluster: Fields, user: Fields][] = [
  ["no server address", { server: "" }, {}],
  ["neither https:// nor http://", { server: "ftp://127.0.0.1" }, {}],
  ["is not a URL", { server: "https://127.0.0.1:1:2" }, {}],
  ["exclude each other", { "insecure-skip-tls-verify": true, "certificate-authority": "/etc/hostname" }, {}],
  ["does not exist", { "certificate-authority": "/nowhere/ca.crt" }, {}],
  ["holds no certificate", { "certificate-authority-data": base64("hello") }, {}],
  ["not valid base64", { "certificate-authority-data": "a-b" }, {}],
  ["proxy-url", { "proxy-url": "ftp://proxy" }, {}],
  ["proxy-url", { "proxy-url": "127.0.0.1:3128" }, {}],
  ['auth-provider "gcp"', {}, { "auth-provider": { name: "gcp" } }],
  ["only one is allowed", {}, { token: "a", username: "b", password: "c" }],
  ["no client-key", {}, { "client-certificate-data": base64("x") }],
  [
    "not a certificate in PEM form",
    {},
    { "client-certificate-data": base64("x"), "client-key-data": base64("y") },
  ],
  ["/nowhere/token does not exist", {}, { tokenFile: "/nowhere/token" }],
  [
    "/nowhere/c.crt does not exist",
    {},
    { "client-certificate": "/nowhere/c.crt", "client-key": "/nowhere/c.key" },
  ],
  ["need the field as", {}, { token: "a", "as-groups": ["dev"] }],
  [
    "both certificate-authority and",
    { "certificate-authority": "/etc/hostname", "certificate-authority-data": "eA==" },
    {},
  ],
  [
    "both client-key and",
    {},
    { "client-key": "/etc/hostname", "client-key-data": "eA==", "client-certificate-data": "eA==" },
  ],
  ["no interactiveMode", {}, { exec: { ...EXEC, interactiveMode: undefined } }],
  ['interactiveMode "never"', {}, { exec: { ...EXEC, interactiveMode: "never" } }],
  ["no command", {}, { exec: { ...EXEC, command: "" } }],
  ['apiVersion ""', {}, { exec: { ...EXEC, apiVersion: "" } }],
  ["v1alpha1", {}, { exec: { ...EXEC, apiVersion: "client.authentication.k8s.io/v1alpha1" } }],
  ["asks on a terminal", {}, { exec: { ...EXEC, interactiveMode: "Always" } }],
  ["without a usable name", {}, { exec: { ...EXEC, env: [{ name: "", value: "x" }] } }],
];

describe("a context that cannot be used", () => {
  it.each(UNUSABLE)(
    "is listed with its reason (%s) and does not hurt the others",
    async (words, cluster, user) => {
      const server = { server: "https://127.0.0.1:1", ...cluster };
      const registry = await load({
        kubeconfig: writeConfig(configText({ bad: { cluster: server, user }, good: {} })),
      });
      expect(names(registry)).toEqual(["bad", "good"]);
      const bad = registry.get("bad");
      expect(bad?.problem).toMatch(/^The context "bad" cannot be used: .*\.$/);
      expect(bad?.problem).toContain(words);
      expect(registry.get("good")?.problem).toBeUndefined();
      const same = { code: "CONFIG", message: bad?.problem };
      await expect(bad?.as(null).request(VERSION)).rejects.toMatchObject(same);
      await expect(bad?.as(null).json(VERSION)).rejects.toMatchObject(same);
      await expect(bad?.as(null).connection()).rejects.toMatchObject(same);
      const upgrade = { ...VERSION, method: "GET", protocol: "websocket", headers: {} } as const;
      await expect(bad?.as(null).upgrade(upgrade)).rejects.toMatchObject(same);
    },
  );

  it.skipIf(!kubectl).each(UNUSABLE)(
    `is refused by kubectl too (%s; ${NO_KUBECTL})`,
    async (_words, cluster, user) => {
      const dir = tempDir();
      const server = { server: "https://127.0.0.1:1", ...cluster };
      // Without any credential kubectl asks for one before it looks further.
      const withToken = Object.keys(user).length > 0 ? user : { token: "t" };
      const file = writeConfig(configText({ bad: { cluster: server, user: withToken } }, "bad"), dir);
      const said: unknown = await runKubectl(
        ["--kubeconfig", file, "get", "--raw", "/version"],
        {},
        dir,
      ).catch((error: unknown) => error);
      expect(said).toBeInstanceOf(Error);
      // A usable context would get as far as the closed port.
      if (cluster.server !== "")
        expect((said as Error).message).not.toMatch(/127\.0\.0\.1:1 was refused|Username/);
    },
  );

  it("is one whose cluster or user is missing, broken or not named", async () => {
    const contexts = [
      { name: "no-cluster", context: { user: "u" } },
      { name: "gone-cluster", context: { cluster: "nope", user: "u" } },
      { name: "gone-user", context: { cluster: "c", user: "nope" } },
      { name: "bad-user", context: { cluster: "c", user: "numeric" } },
      { name: "bad-itself", context: { cluster: 7 } },
      { name: "nobody", context: { cluster: "c" } },
    ];
    const text = JSON.stringify({
      clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "numeric", user: { token: 1234567890 } }],
      contexts,
    });
    const registry = await load({ kubeconfig: writeConfig(text) });
    const problem = (name: string) => registry.get(name)?.problem;
    expect(problem("no-cluster")).toContain("names no cluster");
    expect(problem("gone-cluster")).toContain('no cluster "nope"');
    expect(problem("gone-user")).toContain('no user "nope"');
    expect(problem("bad-user")).toContain("token");
    expect(problem("bad-user")).not.toContain("1234567890");
    expect(problem("bad-itself")).toContain("cluster");
    expect(problem("nobody")).toBeUndefined();
  });
});
