/** YAML's scalars, anchors and keys, and what Go's JSON decoder makes of kinds that do not fit. */
import {
  ASKS,
  type CorpusCase,
  ONE_BAD_ENTRY,
  trusted,
  withCluster,
  withParts,
  withText,
  withUser,
} from "./corpus-case.ts";
import { yamlText } from "./text-cases.ts";

/** The token as YAML text: kubectl reads YAML 1.1 by sigs.k8s.io/yaml and then decodes JSON into Go's types. */
const token = (yaml: string): CorpusCase =>
  withText(
    `token: ${JSON.stringify(yaml)}`,
    (world) => yamlText(world).replace("token: t0ken", `token: ${yaml}`),
    /^(~|null|Null|NULL|)$/.test(yaml) ? { differs: ASKS } : {},
  );

/** insecure-skip-tls-verify as YAML text, on a server that nobody trusts. */
const insecure = (yaml: string): CorpusCase =>
  withText(`insecure-skip-tls-verify: ${yaml}`, (world) =>
    yamlText(world)
      .replace(world.server.url, world.foreignServer.url)
      .replace(/certificate-authority-data: .*/, `insecure-skip-tls-verify: ${yaml}`),
  );

/** All three names as YAML text. */
const named = (yaml: string, context = yaml): CorpusCase =>
  withText(`a context called ${yaml}`, (world) => yamlText(world).replace("name: c\n", `name: ${yaml}\n`), {
    context,
  });

const line = (
  title: string,
  from: string,
  to: string,
  more: Pick<CorpusCase, "context" | "differs"> = {},
): CorpusCase => withText(title, (world) => yamlText(world).replace(from, to), more);

export const SCALAR_CASES: CorpusCase[] = [
  withText(
    "a slash that is escaped, as JSON may",
    (world) => yamlText(world).replace("token: t0ken", 'token: "a\\/b"'),
    { differs: "some programs write their JSON so, and it can mean nothing else" },
  ),
  ...[
    "123",
    "1_000",
    "0x1F",
    "017",
    "0o17",
    "0b11",
    "1.50",
    "1e3",
    ".5",
    ".inf",
    ".nan",
    "-0",
    "+1",
    "190:20:30",
  ].map(token),
  ...["yes", "no", "on", "off", "y", "n", "true", "True", "TRUE", "~", "null", "Null", "NULL", ""].map(token),
  ...[
    "2024-01-02",
    "2024-01-02T03:04:05Z",
    "'123'",
    '"123"',
    "!!str 123",
    '!!int "123"',
    "!!binary dDBrZW4=",
  ].map(token),
  ...[
    "|\n      t0ken",
    ">-\n      t0ken",
    "|-\n      t0\n      ken",
    "'it''s'",
    '"a\\tb"',
    '"\\x41\\u0042"',
  ].map(token),
  ...[
    "[a]",
    "{a: b}",
    "!mine t0ken",
    "!!mine t0ken",
    "t0ken # comment",
    "t0ken#none",
    "a: b",
    "@t",
    "`t",
    "%t",
    "- a",
    "? a",
    "=",
    "<<",
  ].map(token),
  ...[
    "true",
    "yes",
    "on",
    "y",
    "True",
    "YES",
    "1",
    '"true"',
    "~",
    "false",
    "no",
    "off",
    "!!bool yes",
    "0",
  ].map(insecure),
  ...["1", "yes", "on", "y", "0x10", "1.0", "null", "~", "2024-01-02", "1_000", "true"].map((name) =>
    named(name),
  ),
  ...['"1"', "'yes'", "'null'", "!!str 1"].map((name) => named(name, name.replace(/^!!str |['"]/g, ""))),
  line("current-context as a number", "current-context: c", "current-context: 1"),
  line("current-context null", "current-context: c", "current-context: ~", { context: "c" }),
  line("a namespace as a number", "namespace: team-a", "namespace: 12"),
  line("a namespace null", "namespace: team-a", "namespace:"),
  line("a server as a list", "server: ", "server: [1]\n    other: "),
  line("an anchor on a scalar", "token: t0ken", "token: &t t0ken\n    tokenFile: ''"),
  line("an anchor and its alias", "token: t0ken", "username: &t bob\n    password: *t"),
  line("an alias that nobody named", "token: t0ken", "token: *nobody"),
  line(
    "an alias inside a list of contexts",
    "- name: c\n  context:\n",
    "- name: other\n  context: &x {cluster: k, user: u}\n- name: again\n  context: *x\n- name: c\n  context:\n",
    { context: "again" },
  ),
  line("a merge key", "    token: t0ken", "    <<: {token: merged}"),
  line("a merge key beside the same field", "    token: t0ken", "    token: own\n    <<: {token: merged}"),
  line("a merge key before the same field", "    token: t0ken", "    <<: {token: merged}\n    token: own"),
  line("a list of merges", "    token: t0ken", "    <<: [{token: one}, {token: two}]"),
  line("a merge of a scalar", "    token: t0ken", "    <<: hello\n    token: own"),
  line("a merge key in quotes", "    token: t0ken", "    '<<': {token: merged}", { differs: ASKS }),
  line("a token twice", "    token: t0ken", "    token: one\n    token: two"),
  line("a list twice", "users:", "users: []\nusers:"),
  line("current-context twice", "current-context: c", "current-context: c\ncurrent-context: d"),
  line("a key twice in flow", "  user:\n    token: t0ken", "  user: {token: a, token: b}"),
  line("an unknown key twice", "preferences: {}", "mine: 1\nmine: 2"),
  line("a field in another case", "token: t0ken", "TOKEN: t0ken", { differs: ASKS }),
  line("fields in two cases", "token: t0ken", "token: one\n    Token: two"),
  line("lists in another case", "users:", "Users:"),
  line("an item's fields in another case", "- name: u\n  user:", "- Name: u\n  User:"),
  line("tokenfile for tokenFile", "token: t0ken", "tokenfile: nowhere\n    token: t0ken"),
  line("clientCertificate for client-certificate", "token: t0ken", "token: t0ken\n    clientKey: x"),
  line("a number as a key", "preferences: {}", "1: 2"),
  line("a boolean as a key", "preferences: {}", "yes: 2"),
  line("null as a key", "preferences: {}", "~: 2"),
  line("a list as a key", "preferences: {}", "? [a, b]\n: 2"),
  line("a mapping as a key", "preferences: {}", "? {a: b}\n: 2"),
  line("a date as a key", "preferences: {}", "2024-01-02: 2"),
  line("a float as a key", "preferences: {}", "1.5: 2"),
  line("a set", "preferences: {}", "mine: !!set {a, b}"),
  line("an ordered map", "preferences: {}", "mine: !!omap [a: 1]"),
  line("a merge key at the top", "preferences: {}", "<<: {preferences: {}}"),
  line("keys in quotes", "    token: t0ken", "    \"token\": 't0ken'"),
  line("explicit keys", "    token: t0ken", "    ? token\n    : t0ken"),
  line("a long line folded", "token: t0ken", "token: t0\n      ken"),
  line(
    "indents of another depth",
    "- name: u\n  user:\n    token: t0ken",
    "  - name: u\n    user:\n        token: t0ken",
  ),
  line("the list item is null", "- name: u\n", "-\n- name: u\n"),
  line("the list item is empty", "- name: u\n", "- {}\n- name: u\n"),
  line("two empty list items", "- name: u\n", "-\n-\n- name: u\n"),
  line("the list item is a text", "- name: u\n", "- hello\n- name: u\n"),
  line("an empty context item", "- name: c\n", "-\n- name: c\n"),
  line("an empty cluster item", "- name: k\n", "- {}\n- name: k\n"),
  line("a name without anything", "- name: c\n", "- name: d\n- name: c\n"),
  line("a name null", "- name: c\n", "- name: ~\n- name: c\n"),
  line("two users of one name", "- name: u\n", "- name: u\n- name: u\n"),
  line("two contexts of one name", "- name: c\n", "- name: c\n  context: {cluster: k, user: u}\n- name: c\n"),
  line(
    "contexts is a mapping",
    "contexts:\n- name: c\n  context:\n    cluster: k\n    user: u\n    namespace: team-a\n",
    "contexts: {c: {cluster: k, user: u}}\n",
  ),
  line("users is a text", "preferences: {}", "users: hello", { context: "c" }),
  line("clusters is null", "preferences: {}", "extensions: ~"),
  withParts("contexts null", () => ({ top: { contexts: null } })),
  withParts(
    "users null and a context without user",
    () => ({
      top: { users: null, contexts: [{ name: "c", context: { cluster: "k" } }] },
    }),
    { differs: ASKS },
  ),
  withParts("a context null", () => ({ top: { contexts: [{ name: "c", context: null }] } })),
  withUser("a field null", () => ({
    token: "t0ken",
    tokenFile: null,
    username: null,
    exec: null,
    "as-groups": null,
  })),
  withUser("a token as a list", () => ({ token: ["t0ken"] })),
  withUser("as-groups with a number", () => ({ token: "t0ken", as: "x", "as-groups": [1] })),
  withUser("as-groups with a null", () => ({ token: "t0ken", as: "x", "as-groups": ["a", null] })),
  withUser("as-groups as a text", () => ({ token: "t0ken", as: "x", "as-groups": "a" })),
  withUser("as-user-extra with a null list", () => ({
    token: "t0ken",
    as: "x",
    "as-user-extra": { a: null },
  })),
  withUser("as-user-extra with a text", () => ({ token: "t0ken", as: "x", "as-user-extra": { a: "b" } })),
  withUser("a broken field of another user", () => ({ token: "t0ken" })),
  withParts(
    "another user is broken",
    () => ({
      top: {
        users: [
          { name: "u", user: { token: "t0ken" } },
          { name: "v", user: { token: 1 } },
        ],
      },
    }),
    { differs: ONE_BAD_ENTRY },
  ),
  withParts(
    "another cluster is broken",
    (world) => ({
      top: {
        clusters: [
          { name: "k", cluster: trusted(world) },
          { name: "l", cluster: { server: [] } },
        ],
      },
    }),
    { differs: ONE_BAD_ENTRY },
  ),
  withCluster("extensions without a name", (world) => ({
    ...trusted(world),
    extensions: [{ extension: { a: 1 } }],
  })),
  withCluster("an empty extension", (world) => ({ ...trusted(world), extensions: [null, {}] })),
  withCluster("two extensions of one name", (world) => ({
    ...trusted(world),
    extensions: [
      { name: "a", extension: {} },
      { name: "a", extension: {} },
    ],
  })),
  withCluster("an extension whose name is a number", (world) => ({
    ...trusted(world),
    extensions: [{ name: 1, extension: {} }],
  })),
  withCluster("an extension without content", (world) => ({
    ...trusted(world),
    extensions: [{ name: "a" }],
  })),
  withCluster("an extension that is a list", (world) => ({
    ...trusted(world),
    extensions: [{ name: "a", extension: [1] }],
  })),
  withCluster("extensions as a mapping", (world) => ({ ...trusted(world), extensions: { name: "a" } })),
  withParts("a user's extension without a name", () => ({
    user: { token: "t0ken", extensions: [{}] },
    context: { extensions: [null] },
  })),
  withParts("a user's extensions of one name", () => ({
    user: { token: "t0ken", extensions: [{ name: "a" }, { name: "a" }] },
  })),
  withCluster("disable-compression", (world) => ({ ...trusted(world), "disable-compression": true })),
  withCluster("disable-compression as a text", (world) => ({
    ...trusted(world),
    "disable-compression": "true",
  })),
];
