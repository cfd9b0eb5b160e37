import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { kubectl, NO_KUBECTL, runKubectl } from "../testing/kubectl.ts";
import { tempDir } from "../testing/plugin.ts";
import type { Environment } from "../types.ts";
import { type Entry, type Kubeconfig, parseKubeconfig } from "./kubeconfig.ts";
import { KubeconfigFile } from "./kubeconfig-file.ts";
import { mergeKubeconfigs } from "./kubeconfig-merge.ts";
import { kubeconfigSource } from "./kubeconfig-source.ts";

const FIRST = `
apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://a", insecure-skip-tls-verify: yes}}
contexts:
- {name: x, context: {cluster: c, user: u}}
users:
- {name: u, user: {token: aaa}}
`;
const SECOND = `
clusters:
- {name: c, cluster: {server: "https://b", tls-server-name: foo}}
- {name: d, cluster: {server: "https://d", proxy-url: "socks5://p:1"}}
contexts:
- {name: x, context: {cluster: d, user: u, namespace: second}}
- {name: z, context: {cluster: d, user: v}}
current-context: z
users:
- {name: u, user: {username: bbb, password: ccc}}
- {name: v, user: {as: jane, as-groups: [g1, g2], as-user-extra: {k: [a, b]}}}
`;
const THIRD = `
current-context: x
users:
- name: w
  user: {exec: {command: p, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, args: [a], env: [{name: NAME, value: v}]}}
`;

/** Files in the order KUBECONFIG lists them; null is a file that is not there. */
const TABLE: [title: string, files: Record<string, string | null>][] = [
  ["one file", { a: SECOND }],
  ["the first file's entries win whole, the first current-context counts", { a: FIRST, b: SECOND, c: THIRD }],
  ["the order decides", { c: THIRD, b: SECOND, a: FIRST }],
  ["missing files are ignored", { nope: null, a: FIRST, nowhere: null }],
  ["an empty file among others", { empty: "", a: SECOND }],
  ["a file in another folder", { "sub/b": SECOND, a: FIRST }],
  [
    "null lists and an empty current-context",
    { n: 'clusters: null\nusers:\ncurrent-context: ""', b: SECOND },
  ],
  [
    "repeated keys and several documents",
    { d: "current-context: one\ncurrent-context: two\n---\ncurrent-context: three" },
  ],
  [
    "anchors and merge keys",
    { m: "x: &x {server: https://m}\nclusters:\n- {name: m, cluster: {<<: *x, tls-server-name: mm}}" },
  ],
];

function write(dir: string, files: Record<string, string | null>): Environment {
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(dir, name);
    mkdirSync(dirname(path), { recursive: true });
    if (text !== null) writeFileSync(path, text);
    return path;
  });
  return { KUBECONFIG: ["", ...paths, ""].join(delimiter) };
}

async function load(env: Environment): Promise<Kubeconfig> {
  const files = kubeconfigSource(undefined, env).files.map((path) => new KubeconfigFile(path, false));
  for (const file of files) await file.open();
  return mergeKubeconfigs(files.flatMap(({ config }) => config ?? []));
}

/** Names and fields, without what is absent, and in no order: kubectl sorts. */
function plain(config: Kubeconfig): unknown {
  const fields = (entries: Map<string, Entry<object>>) =>
    Object.fromEntries(
      [...entries].map(([name, { value }]) => [name, JSON.parse(JSON.stringify(value), dropEmpty)]),
    );
  return {
    current: config.currentContext,
    clusters: fields(config.clusters),
    users: fields(config.users),
    contexts: fields(config.contexts),
  };
}

function dropEmpty(_key: string, value: unknown): unknown {
  return value === null || value === false ? undefined : value;
}

describe("merging kubeconfigs", () => {
  it("takes the first entry of a name whole and the first current-context", async () => {
    const config = await load(write(tempDir(), { a: FIRST, missing: null, b: SECOND, c: THIRD }));
    expect(config.currentContext).toBe("z");
    expect(config.users.get("u")?.value).toMatchObject({ token: "aaa" });
    expect(config.users.get("u")?.value?.username).toBeUndefined();
    expect(config.clusters.get("c")?.value?.["tls-server-name"]).toBeUndefined();
    expect([...config.contexts.keys()]).toEqual(["x", "z"]);
  });

  it.skipIf(!kubectl).each(TABLE)(
    `is what kubectl makes of it: %s (${NO_KUBECTL})`,
    async (_title, files) => {
      const dir = tempDir();
      const env = write(dir, files);
      const theirs = await runKubectl(["config", "view", "--raw", "-o", "json"], env, dir);
      // Their output goes through our parser only to bring both into one form.
      expect(plain(await load(env))).toEqual(plain(parseKubeconfig(theirs, join(dir, "a"))));
    },
  );

  it.skipIf(!kubectl)(`finds relative files where kubectl finds them (${NO_KUBECTL})`, async () => {
    const dir = tempDir();
    write(dir, {
      "one/config": "users: [{name: a, user: {client-key: k, client-certificate: ../two/k}}]",
      "two/config": "clusters: [{name: c, cluster: {server: https://a, certificate-authority: ./k}}]",
      "one/k": "in one",
      "two/k": "in two",
    });
    const lists = [join(dir, "one/config"), join(dir, "two/config")];
    const env = { KUBECONFIG: lists.join(delimiter) };
    const flat = JSON.parse(
      await runKubectl(["config", "view", "--raw", "--flatten", "-o", "json"], env, dir),
    );
    const ours = await load(env);
    const content = (path: string | null | undefined) => readFileSync(path ?? "").toString("base64");
    const user = ours.users.get("a")?.value;
    expect(content(user?.["client-key"])).toBe(flat.users[0].user["client-key-data"]);
    expect(content(user?.["client-certificate"])).toBe(flat.users[0].user["client-certificate-data"]);
    const authority = ours.clusters.get("c")?.value?.["certificate-authority"];
    expect(content(authority)).toBe(flat.clusters[0].cluster["certificate-authority-data"]);
  });

  it.skipIf(!kubectl).each([
    ["broken YAML", "a: ["],
    ["no mapping", "hello"],
    ["another kind", "apiVersion: v1\nkind: Pod"],
    ["another version", "apiVersion: v9\nkind: Config"],
    ["two users of one name", "users: [{name: u}, {name: u}]"],
    ["a number for current-context", "current-context: 12"],
  ])(`refuses what kubectl refuses: %s (${NO_KUBECTL})`, async (_title, text) => {
    const dir = tempDir();
    const env = write(dir, { bad: text });
    await expect(runKubectl(["config", "view"], env, dir)).rejects.toThrow("error");
    await expect(load(env)).rejects.toMatchObject({ code: "CONFIG" });
  });
});
