/** Encodings and the form of the file: byte order marks, UTF-16, line ends, JSON, several documents, kinds. */
import { type CorpusCase, kubeconfig, trusted, UNREAD, withParts, withText } from "./corpus-case.ts";
import type { World } from "./world.ts";

/** Block YAML with one of everything; the cases change its bytes. */
export function yamlText(world: World): string {
  return `apiVersion: v1
kind: Config
current-context: c
preferences: {}
clusters:
- name: k
  cluster:
    server: ${world.server.url}
    certificate-authority-data: ${Buffer.from(world.ca).toString("base64")}
users:
- name: u
  user:
    token: t0ken
contexts:
- name: c
  context:
    cluster: k
    user: u
    namespace: team-a
`;
}

function utf16(text: string, order: "le" | "be", mark: boolean): Buffer {
  const bytes = Buffer.from(mark ? `\ufeff${text}` : text, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

function edited(from: string | RegExp, to: string): (world: World) => string {
  return (world) => yamlText(world).replace(from, to);
}

export const TEXT_CASES: CorpusCase[] = [
  withText("block YAML", yamlText),
  withText("JSON", (world) => kubeconfig(world)),
  withText("JSON with indents", (world) => JSON.stringify(JSON.parse(kubeconfig(world)), null, 2)),
  withText("JSON with indents of tabs", (world) => JSON.stringify(JSON.parse(kubeconfig(world)), null, "\t")),
  withText("JSON with a trailing comma", (world) => kubeconfig(world).replace(/\]\}$/, "],}")),
  withText("JSON with a comment", (world) => `# mine\n${kubeconfig(world)}`),
  withText("JSON with something behind it", (world) => `${kubeconfig(world)}\nrest`),
  withText("JSON with escapes in names", (world) =>
    kubeconfig(world).replace('"t0ken"', '"\\u0074\\u0030ken"'),
  ),
  withText("YAML with a byte order mark", (world) => `\ufeff${yamlText(world)}`),
  withText("JSON with a byte order mark", (world) => `\ufeff${kubeconfig(world)}`),
  withText("UTF-16, little end first, marked", (world) => utf16(yamlText(world), "le", true)),
  withText("UTF-16, big end first, marked", (world) => utf16(yamlText(world), "be", true)),
  withText("UTF-16 without a mark", (world) => utf16(yamlText(world), "le", false)),
  withText("UTF-16 JSON, marked", (world) => utf16(kubeconfig(world), "le", true)),
  withText("CRLF", (world) => yamlText(world).replaceAll("\n", "\r\n")),
  withText("CR alone", (world) => yamlText(world).replaceAll("\n", "\r")),
  withText("no line break at the end", (world) => yamlText(world).trimEnd()),
  withText("spaces at the ends of lines", (world) => yamlText(world).replaceAll("\n", "   \n")),
  withText("tabs at the ends of lines", (world) => yamlText(world).replaceAll("\n", "\t\n")),
  withText("tabs as indents", (world) => yamlText(world).replaceAll("  ", "\t")),
  withText("a tab before a comment", edited("kind: Config", "kind: Config\t# tab")),
  withText("a tab between key and value", edited("kind: Config", "kind:\tConfig")),
  withText("NUL at the end", (world) => `${yamlText(world)}\0`),
  withText("NUL in a token", edited("t0ken", "t0\0ken")),
  withText("a bell character in a comment", (world) => `# \x07\n${yamlText(world)}`),
  withText("DEL in a comment", (world) => `# \x7f\n${yamlText(world)}`),
  withText("bytes that are not UTF-8 in a comment", (world) =>
    Buffer.concat([Buffer.from([0x23, 0xff, 0xfe, 0x0a]), Buffer.from(yamlText(world))]),
  ),
  withText("Latin 1 in a name", (world) =>
    Buffer.from(yamlText(world).replace("namespace: team-a", "namespace: m\xfcnchen"), "latin1"),
  ),
  withText("a no-break space in a comment", (world) => `#\u00a0x\n${yamlText(world)}`),
  withText("a no-break space as an indent", edited("  cluster:\n", "\u00a0\u00a0cluster:\n")),
  withText("a zero width space before a value", edited("token: t0ken", "token: \u200bt0ken")),
  withText("a soft line separator in a comment", (world) => `# a\u2028b\n${yamlText(world)}`),
  withText("a next-line character in a comment", (world) => `# a\u0085b\n${yamlText(world)}`),
  withText("an empty file", () => ""),
  withText("only a comment", () => "# nothing yet\n"),
  withText("only a document mark", () => "---\n"),
  withText("null", () => "null\n"),
  withText("a list", () => "- a\n- b\n"),
  withText("a word", () => "hello\n"),
  withText("a document mark first", (world) => `---\n${yamlText(world)}`),
  withText("a YAML directive", (world) => `%YAML 1.1\n---\n${yamlText(world)}`),
  withText("a YAML 1.2 directive", (world) => `%YAML 1.2\n---\n${yamlText(world)}`, {
    differs: "what says 1.2 is read as 1.1 all the same, as the rest of such files is",
  }),
  withText("a tag directive", (world) => `%TAG ! tag:example.com,2000:\n---\n${yamlText(world)}`),
  withText("an end mark", (world) => `${yamlText(world)}...\n`),
  withText("words behind an end mark", (world) => `${yamlText(world)}...\nrest: 1\n`),
  withText("a second document", (world) => `${yamlText(world)}---\ncurrent-context: other\n`),
  withText("a broken second document", (world) => `${yamlText(world)}---\na: [\n`),
  withText("an empty first document", (world) => `---\n---\n${yamlText(world)}`),
  withText("a comment and a mark first", (world) => `# mine\n---\n${yamlText(world)}`),
  withText("no kind and no apiVersion", (world) => yamlText(world).split("\n").slice(2).join("\n")),
  withText("no kind", edited("kind: Config\n", "")),
  withText("no apiVersion", edited("apiVersion: v1\n", "")),
  withText("an empty kind", edited("kind: Config", 'kind: ""')),
  withText("a null apiVersion", edited("apiVersion: v1", "apiVersion:")),
  withText("another kind", edited("kind: Config", "kind: Secret")),
  withText("kind in lower case", edited("kind: Config", "kind: config")),
  withText("another apiVersion", edited("apiVersion: v1", "apiVersion: v2")),
  withText("apiVersion as a number", edited("apiVersion: v1", "apiVersion: 1")),
  withText("a kind of another group", edited("apiVersion: v1", "apiVersion: kubectl.config.k8s.io/v1")),
  withText("an unfinished flow", (world) => kubeconfig(world).slice(0, -3)),
  withText("cut in the middle of the block", (world) => yamlText(world).slice(0, -60)),
  withText("merge conflict marks", (world) => `<<<<<<< HEAD\n${yamlText(world)}`),
  withText("a unified key and no space", edited("kind: Config", "kind:Config")),
  withParts("unknown fields everywhere", (world) => ({
    cluster: { ...trusted(world), region: "x" },
    user: { token: "t0ken", note: { a: 1 } },
    context: { colour: "red" },
    top: { mine: [1, 2] },
  })),
  withParts("preferences and extensions", () => ({
    top: { preferences: { colors: true }, extensions: [{ name: "x", extension: { a: 1 } }] },
  })),
  withParts("preferences of the wrong kind", () => ({ top: { preferences: [] } }), { differs: UNREAD }),
  withParts("extensions of the wrong kind", () => ({ top: { extensions: "x" } }), { differs: UNREAD }),
  withParts("an extension that is a text", () => ({ top: { extensions: [{ name: "x", extension: "y" }] } })),
];
