import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { ApiCluster } from "./api-cluster";
import type { ContextRegistry } from "./cluster-registry";
import { type LoadOptions, loadClusters } from "./load-clusters";
import { answerJson, startApiServer } from "./testing/api-server";
import { base64, hasOpenssl, NO_OPENSSL, TestAuthority } from "./testing/certificates";
import { kubectl, NO_KUBECTL, runKubectl } from "./testing/kubectl";
import { V1, V1BETA1, writePlugin } from "./testing/plugin";
import { startConnectProxy } from "./testing/proxies";
import { keepingLog } from "./testing/quiet-log";
import { tempDir } from "./testing/temp-dir";
import type { Environment } from "./types";

const authority = hasOpenssl ? new TestAuthority() : null;
afterAll(() => authority?.dispose());

type Fields = Record<string, unknown>;

function configText(
  contexts: Record<string, { cluster?: Fields; user?: Fields; namespace?: string }>,
  current = "",
): string {
  const names = Object.keys(contexts);
  return JSON.stringify({
    "current-context": current,
    clusters: names.map((name) => ({
      name,
      cluster: contexts[name]?.cluster ?? { server: "https://127.0.0.1:1" },
    })),
    users: names.map((name) => ({ name, user: contexts[name]?.user ?? {} })),
    contexts: names.map((name) => ({
      name,
      context: { cluster: name, user: name, namespace: contexts[name]?.namespace },
    })),
  });
}

function write(text: string, dir = tempDir(), name = "config"): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}

async function load(
  options: Partial<LoadOptions>,
  env: Environment = {},
): Promise<ContextRegistry & { lines: string[] }> {
  const { log, lines } = keepingLog();
  // No plugin, service account or proxy of this machine may take part.
  const registry = await loadClusters({
    serviceAccountDir: tempDir(),
    log,
    env: { PATH: process.env.PATH, HOME: tempDir(), ...env },
    ...options,
  });
  onTestFinished(() => registry.close());
  return Object.assign(registry, { lines });
}

const names = (registry: ContextRegistry) => registry.list().map(({ name }) => name);
const VERSION = { method: "GET", path: "/version" };

describe("which kubeconfig is loaded", () => {
  it("lists every context in the file's order, with namespace, user and which is current", async () => {
    const text = configText({ zeta: { namespace: "team-a" }, "arn:aws:eks:x/y": {} }, "zeta");
    const registry = await load({ kubeconfig: write(text) });
    expect(registry.list()).toEqual([
      expect.objectContaining({
        name: "zeta",
        namespace: "team-a",
        user: "zeta",
        current: true,
        demo: false,
      }),
      expect.objectContaining({ name: "arn:aws:eks:x/y", namespace: "default", current: false }),
    ]);
    expect(registry.get("zeta")?.server).toBe("https://127.0.0.1:1");
    expect(registry.get("__proto__")).toBeUndefined();
  });

  it("limits to one context, and says which there are when it is unknown", async () => {
    const kubeconfig = write(configText({ a: {}, b: {} }, "a"));
    const registry = await load({ kubeconfig, context: "b" });
    expect(registry.list()).toEqual([expect.objectContaining({ name: "b", current: true })]);
    await expect(load({ kubeconfig, context: "c" })).rejects.toMatchObject({
      code: "CONFIG",
      message: 'There is no context "c". There are: a, b.',
    });
  });

  it("takes the flag, then KUBECONFIG, then the home directory", async () => {
    const home = tempDir();
    mkdirSync(join(home, ".kube"));
    write(configText({ home: {} }), join(home, ".kube"));
    const listed = write(configText({ one: {} }));
    const second = write(configText({ two: {} }));
    const env = { HOME: home, KUBECONFIG: [listed, join(home, "missing"), second].join(delimiter) };
    expect(names(await load({ kubeconfig: write(configText({ flag: {} })) }, env))).toEqual(["flag"]);
    expect(names(await load({}, env))).toEqual(["one", "two"]);
    expect(names(await load({}, { HOME: home }))).toEqual(["home"]);
  });

  it("is empty without any file, and with KUBECONFIG=/dev/null", async () => {
    expect(names(await load({}))).toEqual([]);
    expect(names(await load({}, { KUBECONFIG: "/dev/null" }))).toEqual([]);
    const missing = await load({}, { KUBECONFIG: "/nowhere/config" });
    expect(names(missing)).toEqual([]);
    expect(missing.lines.join()).toContain("/nowhere/config");
  });

  it("falls back to the pod's service account", async () => {
    const dir = tempDir();
    write("token", dir, "token");
    write("ca", dir, "ca.crt");
    const env = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
    expect(names(await load({ serviceAccountDir: dir }, env))).toEqual(["in-cluster"]);
    const kubeconfig = write(configText({ a: {} }));
    expect(names(await load({ serviceAccountDir: dir, kubeconfig }, env))).toEqual(["a"]);
    await expect(load({ serviceAccountDir: dir, context: "x" }, env)).rejects.toThrow(
      "There are: in-cluster.",
    );
  });

  it("says in one sentence what is wrong with a file, and names it", async () => {
    const bad = write("users:\n- {name: u, user: {token: hunter2-token}}}\n");
    const empty = write("");
    const dir = tempDir();
    for (const [options, env, words] of [
      [{ kubeconfig: "/nowhere/config" }, {}, "/nowhere/config does not exist"],
      [{ kubeconfig: dir }, {}, `${dir} is a directory`],
      [{ kubeconfig: empty }, {}, `${empty} is empty: it has no contexts`],
      [{}, { KUBECONFIG: empty }, `${empty}) is empty: it has no contexts`],
      [{ kubeconfig: bad }, {}, `${bad}:2:`],
      [{}, { KUBECONFIG: `${empty}${delimiter}${bad}` }, `${bad}:2:`],
      [{ kubeconfig: write("x".repeat(5 * 1024 * 1024)) }, {}, "is larger than 4194304 bytes"],
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
      const file = write(configText({ a: {} }));
      chmodSync(file, 0o000);
      await expect(load({ kubeconfig: file })).rejects.toThrow("may not be read by this user");
    },
  );

  it("only warns of an empty file that nobody asked for", async () => {
    const home = tempDir();
    mkdirSync(join(home, ".kube"));
    const file = write("apiVersion: v1\nkind: Config\ncontexts: null\n", join(home, ".kube"));
    const registry = await load({}, { HOME: home });
    expect(names(registry)).toEqual([]);
    expect(registry.lines.join()).toContain(`${file} is empty`);
  });

  it("lets other clusters be added, each name once", async () => {
    const registry = await load({ kubeconfig: write(configText({ a: {} })) });
    const demo = new ApiCluster({
      name: "demo",
      server: "http://127.0.0.1:1",
      demo: true,
      credential: { token: "t" },
    });
    registry.add(demo);
    expect(names(registry)).toEqual(["a", "demo"]);
    expect(() => registry.add(demo)).toThrow('the name "demo"');
  });
});

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
    "a certificate and its key",
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
        kubeconfig: write(configText({ bad: { cluster: server, user }, good: {} })),
      });
      expect(names(registry)).toEqual(["bad", "good"]);
      const bad = registry.get("bad");
      expect(bad?.problem).toMatch(/^The context "bad" cannot be used: .*\.$/);
      expect(bad?.problem).toContain(words);
      expect(registry.get("good")?.problem).toBeUndefined();
      const same = { code: "CONFIG", message: bad?.problem };
      await expect(bad?.request(VERSION)).rejects.toMatchObject(same);
      await expect(bad?.json(VERSION)).rejects.toMatchObject(same);
      await expect(bad?.upstream()).rejects.toMatchObject(same);
    },
  );

  it.skipIf(!kubectl).each(UNUSABLE)(
    `is refused by kubectl too (%s; ${NO_KUBECTL})`,
    async (_words, cluster, user) => {
      const dir = tempDir();
      const server = { server: "https://127.0.0.1:1", ...cluster };
      // Without any credential kubectl asks for one before it looks further.
      const withToken = Object.keys(user).length > 0 ? user : { token: "t" };
      const file = write(configText({ bad: { cluster: server, user: withToken } }, "bad"), dir);
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
    const registry = await load({ kubeconfig: write(text) });
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

describe("what a context sends", () => {
  const whoami = async (cluster: Fields, user: Fields, env: Environment = {}) => {
    const server = await startApiServer(({ headers }, response) => answerJson(response, 200, headers));
    const kubeconfig = write(configText({ x: { cluster: { server: server.url, ...cluster }, user } }));
    const registry = await load({ kubeconfig }, env);
    return { headers: await registry.get("x")?.json<Record<string, string>>(VERSION), server, registry };
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

  it("is user and password of the address when there is no user", async () => {
    const server = await startApiServer(({ headers }, response) => answerJson(response, 200, headers));
    const text = JSON.stringify({
      clusters: [{ name: "c", cluster: { server: server.url.replace("//", "//ann:pass-of-ann@") } }],
      contexts: [{ name: "x", context: { cluster: "c" } }],
    });
    const cluster = (await load({ kubeconfig: write(text) })).get("x");
    expect(await cluster?.json(VERSION)).toMatchObject({
      authorization: `Basic ${base64("ann:pass-of-ann")}`,
    });
    expect(cluster?.server).toBe(server.url);
  });

  it("is nothing secret over plain HTTP to another machine", async () => {
    const user = { token: "token-of-ann", as: "jane" };
    const kubeconfig = write(configText({ x: { cluster: { server: "http://kube.test" }, user } }));
    const registry = await load({ kubeconfig });
    expect((await registry.get("x")?.upstream())?.headers).toEqual({});
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
    const registry = await load({ kubeconfig: write(text) }, env);
    await expect(registry.get("far")?.request(VERSION)).rejects.toThrow("HTTP 503");
    await expect(registry.get("direct")?.request(VERSION)).rejects.toThrow(
      "direct.invalid:443 was not found",
    );
    await expect(registry.get("near")?.request(VERSION)).rejects.toThrow("127.0.0.1:1 refuses");
    expect(proxy.targets).toEqual(["kube.test:6443"]);
  });

  it("comes from one run of a plugin for all contexts of a user, unless it is told of the cluster", async () => {
    const server = await startApiServer(({ headers }, response) => answerJson(response, 200, headers));
    const dir = tempDir();
    const { command, runs } = writePlugin(dir, `answer({ token: "t" + runs })`);
    const registryFor = (provideClusterInfo: boolean) => {
      const exec = { command, apiVersion: V1, interactiveMode: "Never", provideClusterInfo };
      const text = JSON.stringify({
        clusters: [{ name: "c", cluster: { server: server.url } }],
        users: [{ name: "u", user: { exec } }],
        contexts: ["a", "b"].map((name) => ({ name, context: { cluster: "c", user: "u" } })),
      });
      return load({ kubeconfig: write(text) });
    };
    const ask = (registry: ContextRegistry) =>
      Promise.all(registry.list().map((cluster) => cluster.json(VERSION)));
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
      const file = write(configText({ x: { cluster, user: { exec } } }, "x"), dir);
      expect(command).toBe(join(dir, "plugin"));
      await (await load({ kubeconfig: file })).get("x")?.json(VERSION);
      await runKubectl(["--kubeconfig", file, "get", "--raw", "/version"], {}, dir);
      const [ours, theirs] = [1, 2].map((run) => JSON.parse(readFileSync(join(dir, `info-${run}`), "utf8")));
      expect(ours).toEqual(theirs);
      expect(new Set(server.seen.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer t"]));
    },
  );
});
