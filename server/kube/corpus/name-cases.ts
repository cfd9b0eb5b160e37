/** Names of contexts, clusters and users, and which context is current. */
import { type CorpusCase, kubeconfig, trusted, withParts, withText } from "./corpus-case.ts";
import type { World } from "./world.ts";

const context = (name: string): CorpusCase =>
  withParts(
    `a context called ${JSON.stringify(name).slice(0, 40)}`,
    () => ({ top: { contexts: [{ name, context: { cluster: "k", user: "u" } }], "current-context": name } }),
    { context: name },
  );

/** A name as JSON text. */
const written = (name: string) => (world: World) => kubeconfig(world).replaceAll('"c"', name);

export const NAME_CASES: CorpusCase[] = [
  ...[
    ".",
    "..",
    "a/b",
    "arn:aws:eks:eu-west-1:1:cluster/x",
    "a b",
    " a",
    "a%2Fb",
    "ü",
    "日本",
    "🚀",
    "a\nb",
    "a\tb",
    "~",
    "~.",
    "/",
    "//",
    "a/../b",
    "\\..\\",
    "   ",
    "a/api/v1",
    "日".repeat(1000),
    "__proto__",
    "constructor",
    "-x",
    "a?b#c",
    'a"b',
    "a\\b",
    "x".repeat(2000),
    "A",
    "café",
    "cafe\u0301",
  ].map(context),
  withText("a context with half a pair of UTF-16", written('"\\ud800"')),
  withText("a context with a pair of UTF-16, escaped", written('"\\ud83d\\ude80"'), {
    differs: "JSON allows it, and some programs write it",
  }),
  withParts("a context that is not there", () => ({}), { context: "nope" }),
  withParts("a context of another case", () => ({}), { context: "C" }),
  withParts("a context without a name", () => ({
    top: { contexts: [{ name: "", context: { cluster: "k", user: "u" } }], "current-context": "" },
  })),
  withParts("no current-context", () => ({ top: { "current-context": "" } })),
  withParts("a current-context that is not there", () => ({ top: { "current-context": "gone" } })),
  withParts("a namespace that cannot be one", () => ({ context: { namespace: "Team A!" } })),
  withParts("a cluster and a user with odd names", (world) => ({
    context: { cluster: "__proto__", user: "a/b c" },
    top: {
      clusters: [{ name: "__proto__", cluster: trusted(world) }],
      users: [{ name: "a/b c", user: { token: "t0ken" } }],
    },
  })),
];
