/** Which of two things counts: fields beside fields, files beside files, the proxy of whom, and names that lead nowhere. */
import {
  ASKS,
  base64,
  type CorpusCase,
  type Fields,
  kubeconfig,
  trusted,
  withCluster,
  withParts,
  withUser,
} from "./corpus-case.ts";
import type { World } from "./world.ts";

const VERSION = "client.authentication.k8s.io/v1";
const PLUGIN = {
  "plugin.sh": `#!/bin/sh\necho '{"kind":"ExecCredential","apiVersion":"${VERSION}","status":{"token":"from-plugin"}}'\n`,
};
const exec = (more: Fields = {}): Fields => ({
  exec: { command: "./plugin.sh", apiVersion: VERSION, interactiveMode: "Never", ...more },
});
const user = (
  title: string,
  fields: Fields,
  files: Record<string, string> = {},
  more: Partial<CorpusCase> = {},
) => withUser(title, () => fields, { ...more, files: () => ({ ...PLUGIN, ...files }) });

const BESIDE: CorpusCase[] = [
  user("a token file beside a plugin", { tokenFile: "t", ...exec() }, { t: "from-file" }),
  user("a missing token file beside a plugin", { tokenFile: "no", ...exec() }),
  user("an empty token file beside a plugin", { tokenFile: "t", ...exec() }, { t: "" }),
  user("a password alone beside a plugin", { password: "x", ...exec() }),
  user("an empty token beside a plugin", { token: "", ...exec() }),
  user("a blank token beside a plugin", { token: " ", ...exec() }),
  user("a client key alone beside a plugin", { "client-key": "no", ...exec() }),
  user("a plugin and an auth-provider null", { "auth-provider": null, ...exec() }),
  user("a plugin with an installHint that is a number", exec({ installHint: 1 })),
  user("a plugin with an installHint of many lines", exec({ installHint: "a\n\nb" })),
  user("provideClusterInfo as a text", exec({ provideClusterInfo: "yes" })),
  user("provideClusterInfo null", exec({ provideClusterInfo: null })),
  user("arguments as a text", exec({ args: "now" })),
  user("env with a name of spaces", exec({ env: [{ name: " ", value: "x" }] })),
  user("env with a value null", exec({ env: [{ name: "A", value: null }] })),
  user("a command with two dots alone", exec({ command: ".." })),
  user("a command with a backslash", exec({ command: ".\\plugin.sh" })),
  user("a command with a tilde", exec({ command: "~/plugin.sh" })),
  user("a plugin with unknown fields", exec({ timeout: "5s", policy: {} })),
  user("a plugin with fields in another case", {
    exec: { Command: "./plugin.sh", APIVersion: VERSION, InteractiveMode: "Never" },
  }),
];

const PEOPLE: CorpusCase[] = [
  user("as that is a number", { token: "t0ken", as: 7 }),
  user("as that is null", { token: "t0ken", as: null, "as-groups": null }),
  user("as-uid that is a number", { token: "t0ken", as: "x", "as-uid": 7 }),
  user("as-uid with a space", { token: "t0ken", as: "x", "as-uid": " 7 " }),
  user("as with a tab behind it", { token: "t0ken", as: "jane\t" }),
  user("as of blanks alone", { token: "t0ken", as: "  " }),
  user("a group with a line break", { token: "t0ken", as: "x", "as-groups": ["a\nb"] }),
  user("extra with an empty value", { token: "t0ken", as: "x", "as-user-extra": { a: [""] } }),
  user("extra with a slash, a colon and a space in its key", {
    token: "t0ken",
    as: "x",
    "as-user-extra": { "a/b:c d": ["1"] },
  }),
  user("extra with a key that is not ASCII", { token: "t0ken", as: "x", "as-user-extra": { größe: ["1"] } }),
  user("extra of 40 keys", {
    token: "t0ken",
    as: "x",
    "as-user-extra": Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, ["v"]])),
  }),
  user("an impersonation by wrong names", { token: "t0ken", impersonate: "x", "as-user": "y" }),
  user("as with a plugin and groups", { as: "jane", "as-groups": ["a"], ...exec() }),
];

const named = (title: string, context: Fields): CorpusCase => withParts(title, () => ({ context }));
const CONTEXTS: CorpusCase[] = [
  named("a namespace of blanks", { namespace: "  " }),
  named("a namespace with a slash", { namespace: "a/b" }),
  named("a namespace with a line break", { namespace: "a\nb" }),
  named("a namespace of 300 characters", { namespace: "n".repeat(300) }),
  named("a namespace that is true", { namespace: true }),
  named("a namespace that is a list", { namespace: ["a"] }),
  named("a cluster null", { cluster: null }),
  named("a cluster that is a number", { cluster: 1 }),
  named("a user of another case", { user: "U" }),
  named("a cluster with a space behind it", { cluster: "k " }),
  withParts("a user null", () => ({ context: { user: null } }), { differs: ASKS }),
];

const proxied = (
  title: string,
  proxy: (world: World) => unknown,
  more: Partial<CorpusCase> = {},
): CorpusCase => withCluster(title, (world) => ({ ...trusted(world), "proxy-url": proxy(world) }), more);
const PROXIES: CorpusCase[] = [
  proxied("proxy-url as a number", () => 3128),
  proxied("proxy-url null", () => null),
  proxied("proxy-url at IPv6 where nothing listens", () => "http://[::1]:1"),
  proxied("proxy-url at IPv6 without brackets", () => "http://::1:3128"),
  proxied("proxy-url with a zone", () => "http://[fe80::1%25lo]:1"),
  proxied("proxy-url with socks5 where nothing listens", () => "socks5://127.0.0.1:1"),
  proxied("proxy-url with socks5h where nothing listens", () => "socks5h://127.0.0.1:1"),
  proxied("proxy-url with socks5 and a password", () => "socks5://bob:pw@127.0.0.1:1"),
  proxied("proxy-url with https where plain HTTP is", ({ proxy }) => proxy.url.replace("http", "https")),
  proxied("proxy-url with an empty password", ({ proxy }) => proxy.url.replace("//", "//bob:@")),
  proxied("proxy-url with a password alone", ({ proxy }) => proxy.url.replace("//", "//:pw@")),
  proxied("proxy-url with a password of odd signs", ({ proxy }) =>
    proxy.url.replace("//", "//bob:a%3A%2F%3F%23b@"),
  ),
  proxied("proxy-url with a broken escape in its password", ({ proxy }) =>
    proxy.url.replace("//", "//bob:%zz@"),
  ),
  proxied("proxy-url with two at signs", ({ proxy }) => proxy.url.replace("//", "//bob:a@b@")),
  proxied("proxy-url with a fragment", ({ proxy }) => `${proxy.url}#x`),
  proxied("proxy-url with two slashes alone", ({ proxy }) => `//127.0.0.1:${proxy.port}`),
  proxied("proxy-url with one slash", ({ proxy }) => proxy.url.replace("//", "/")),
  proxied("proxy-url and HTTPS_PROXY", ({ proxy }) => proxy.url, {
    env: () => ({ HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "*" }),
  }),
  proxied("an empty proxy-url and HTTPS_PROXY", () => "", {
    env: () => ({ HTTPS_PROXY: "http://127.0.0.1:1" }),
  }),
];

const environment = (title: string, env: (world: World) => Record<string, string>): CorpusCase =>
  withCluster(title, (world) => trusted(world, `https://kube.test:${world.server.port}`), { env });
const AROUND: CorpusCase[] = [
  environment("HTTPS_PROXY with a path", ({ proxy }) => ({ HTTPS_PROXY: `${proxy.url}/x` })),
  environment("an empty HTTPS_PROXY and https_proxy", ({ proxy }) => ({
    HTTPS_PROXY: "",
    https_proxy: proxy.url,
  })),
  environment("NO_PROXY with a dot before the name", ({ proxy }) => ({
    HTTPS_PROXY: proxy.url,
    NO_PROXY: ".kube.test",
  })),
  environment("NO_PROXY with the domain", ({ proxy }) => ({ HTTPS_PROXY: proxy.url, NO_PROXY: "test" })),
  environment("NO_PROXY with the port", ({ proxy, server }) => ({
    HTTPS_PROXY: proxy.url,
    NO_PROXY: `kube.test:${server.port}`,
  })),
  environment("NO_PROXY with a network", ({ proxy }) => ({
    HTTPS_PROXY: proxy.url,
    NO_PROXY: "10.0.0.0/8,kube.test",
  })),
  environment("no_proxy beside an empty NO_PROXY", ({ proxy }) => ({
    HTTPS_PROXY: proxy.url,
    NO_PROXY: "",
    no_proxy: "kube.test",
  })),
];

const trust = (title: string, fields: (world: World) => Fields, more: Partial<CorpusCase> = {}): CorpusCase =>
  withCluster(title, (world) => ({ server: world.server.url, ...fields(world) }), more);
const TRUST: CorpusCase[] = [
  trust("insecure and an authority that is rubbish", () => ({
    "insecure-skip-tls-verify": true,
    "certificate-authority-data": base64("x"),
  })),
  trust("insecure and an authority of spaces", () => ({
    "insecure-skip-tls-verify": true,
    "certificate-authority": " ",
  })),
  trust("not insecure, and an authority", ({ ca }) => ({
    "insecure-skip-tls-verify": false,
    "certificate-authority-data": base64(ca),
  })),
  trust("insecure null, and an authority", ({ ca }) => ({
    "insecure-skip-tls-verify": null,
    "certificate-authority-data": base64(ca),
  })),
  trust("an authority null and no other", () => ({
    "certificate-authority": null,
    "certificate-authority-data": null,
  })),
  trust("tls-server-name with a star", ({ ca }) => ({
    "certificate-authority-data": base64(ca),
    "tls-server-name": "*.test",
  })),
  trust("tls-server-name that is a number", ({ ca }) => ({
    "certificate-authority-data": base64(ca),
    "tls-server-name": 1,
  })),
  trust("tls-server-name of 300 characters", ({ ca }) => ({
    "certificate-authority-data": base64(ca),
    "tls-server-name": `${"a".repeat(60)}.`.repeat(5),
  })),
];

const lists = (
  title: string,
  list: string,
  files: CorpusCase["files"],
  more: Partial<CorpusCase> = {},
): CorpusCase => ({
  ...{ title, list, files },
  ...more,
});
const users = (fields: Fields) => JSON.stringify({ users: [{ name: "u", user: fields }] });
const FILES: CorpusCase[] = [
  lists(
    "a user's token in one file and whom to act as in another",
    "a:b",
    (world) => ({
      a: users({ as: "jane" }),
      b: kubeconfig(world),
    }),
    { differs: ASKS },
  ),
  lists("a user's token file in one file and its token in another", "a:b", (world) => ({
    ...{ a: users({ tokenFile: "t" }), t: "from-a" },
    b: kubeconfig(world),
  })),
  lists("a cluster's address in one file and its authority in another", "a:b", (world) => ({
    a: JSON.stringify({ clusters: [{ name: "k", cluster: { server: world.server.url } }] }),
    b: kubeconfig(world),
  })),
  lists("an authority beside the second file", "x/a:y/b", (world) => ({
    ...{ "x/a": "", "y/ca.crt": world.ca },
    "y/b": kubeconfig(world, { cluster: { server: world.server.url, "certificate-authority": "ca.crt" } }),
  })),
  lists("current-context of the second file", "a:b", (world) => ({
    a: JSON.stringify({ contexts: [{ name: "x", context: { cluster: "k", user: "u" } }] }),
    b: kubeconfig(world),
  })),
  lists("the second file of another kind", "a:b", (world) => ({
    a: kubeconfig(world),
    b: '{"kind":"Secret","apiVersion":"v1"}',
  })),
  lists("the second file is empty JSON", "a:b", (world) => ({ a: kubeconfig(world), b: "{}" })),
  lists(
    "the second file has an entry of the wrong kind",
    "a:b",
    (world) => ({ a: kubeconfig(world), b: users({ token: 1 }).replace('"u"', '"v"') }),
    {
      differs: "one broken entry does not take the other contexts of a person away",
    },
  ),
  lists("a user twice over three files", "a:b:c", (world) => ({
    a: "{}",
    b: users({ token: "of-b" }),
    c: kubeconfig(world),
  })),
];

export const PRECEDENCE_CASES: CorpusCase[] = [
  ...BESIDE,
  ...PEOPLE,
  ...CONTEXTS,
  ...PROXIES,
  ...AROUND,
  ...TRUST,
  ...FILES,
];
