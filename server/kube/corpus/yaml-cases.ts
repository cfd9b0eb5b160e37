/** YAML beyond plain lines: block texts, escapes, anchors that travel, keys twice, odd encodings, and depth. */
import { ASKS, BYTE_ORDER_MARK, type CorpusCase, kubeconfig, withText } from "./corpus-case.ts";
import { yamlText } from "./text-cases.ts";
import type { World } from "./world.ts";

type More = Pick<CorpusCase, "context" | "differs">;

const line = (title: string, from: string | RegExp, to: string, more: More = {}): CorpusCase =>
  withText(title, (world) => yamlText(world).replace(from, to), more);

/** The token as YAML text. */
const token = (title: string, yaml: string, more: More = {}): CorpusCase =>
  line(`a token as ${title}`, "token: t0ken", `token: ${yaml}`, more);

/** A field that nobody reads. */
const unread = (title: string, yaml: string | (() => string), more: More = {}): CorpusCase =>
  withText(
    title,
    (world) =>
      yamlText(world).replace("preferences: {}", `mine: ${typeof yaml === "string" ? yaml : yaml()}`),
    more,
  );

const DEEP = "a depth that nobody writes ends the reading, of what is hostile as well";

const SCALARS: CorpusCase[] = [
  token("a literal that keeps its line breaks", "|+\n      t0ken\n\n"),
  token("a literal with a depth of its own", "|2-\n      t0ken"),
  token("a folded text", ">\n      t0\n      ken\n"),
  token("a literal of nothing", "|\n", { differs: ASKS }),
  token("a text that goes on behind a backslash", '"t0\\\n      ken"'),
  token("a text over two lines in quotes", '"t0\n      ken"'),
  token("escapes of YAML's own", '"t0\\x6ben\\_\\N\\L\\P\\e"'),
  token("an unknown escape", '"t0\\qken"'),
  token("a wide escape", '"\\U0001F680"'),
  token("an escape that is no character", '"\\U00110000"'),
  token("a quote that is never closed", '"t0ken'),
  token("words behind its quotes", '"t0ken" x'),
  token("a comma in a plain text", "t0,ken"),
  token("a plain text that begins with a dash", "-t0ken"),
  token("a plain text that begins with a colon", ":t0ken"),
  token("a plain text with a bracket", "t0]ken"),
  token("an exclamation mark alone", "!", { differs: ASKS }),
  token("a text with its kind said", "!!str t0ken"),
  token("a null with its kind said", '!!null ""', { differs: ASKS }),
  token("a float that is whole", "!!float 1"),
  token("a kind by its whole name", "!<tag:yaml.org,2002:str> 12"),
  token("a date with its kind said", "!!timestamp 2024-01-02"),
  token("a number above what a float holds", "12345678901234567890"),
  token("a number with an exponent that is too high", "1e400"),
  token("a text of 12 KiB", "x".repeat(12_000)),
  token("a text with a tab inside", "t0\tken"),
  line(
    "insecure-skip-tls-verify twice",
    "server: ",
    "insecure-skip-tls-verify: false\n    insecure-skip-tls-verify: false\n    server: ",
  ),
];

const STRUCTURE: CorpusCase[] = [
  line(
    "a merge of an anchor elsewhere",
    /preferences: \{\}([\s\S]*) {4}token: t0ken/,
    "preferences: &base {token: merged}$1    <<: *base",
  ),
  line(
    "a merge of a merge",
    /preferences: \{\}([\s\S]*) {4}token: t0ken/,
    "mine: &one {token: deep}\nyours: &two {<<: *one, other: 1}$1    <<: *two",
  ),
  line(
    "a list of merged anchors",
    /preferences: \{\}([\s\S]*) {4}token: t0ken/,
    "mine: &one {token: first}\nyours: &two {token: second}$1    <<: [*two, *one]",
  ),
  line(
    "a merge of an alias to a list",
    /preferences: \{\}([\s\S]*) {4}token: t0ken/,
    "mine: &all [{token: listed}]$1    <<: *all",
  ),
  line("two merges", "    token: t0ken", "    <<: {token: one}\n    <<: {token: two}"),
  line("a merge with the word's kind said", "    token: t0ken", "    !!merge <<: {token: merged}"),
  line("a merge of null", "    token: t0ken", "    <<: ~\n    token: own"),
  line("an anchor named twice", "token: t0ken", "username: &t one\n    mine: &t two\n    password: *t"),
  line("an anchor with an odd name", "token: t0ken", "username: &a-1_b bob\n    password: *a-1_b"),
  line("an alias as a key", "    token: t0ken", "    mine: &k token\n    *k : t0ken"),
  line(
    "an alias to a mapping as the user",
    "- name: u\n  user:\n    token: t0ken",
    "- name: v\n  user: &v {token: shared}\n- name: u\n  user: *v",
  ),
  line("an alias before its anchor", "token: t0ken", "username: *late\n    password: &late x"),
  line("an anchor that holds itself", "preferences: {}", "mine: &me [*me]"),
  line("a key twice, once in quotes", "    token: t0ken", '    token: one\n    "token": two'),
  line("the server twice", "server: ", "server: https://127.0.0.1:1\n    server: "),
  line("a context's cluster twice", "    cluster: k\n", "    cluster: gone\n    cluster: k\n"),
  line("the user's entry twice", "  user:\n    token: t0ken", "  user: {token: one}\n  user: {token: two}"),
  line("apiVersion twice", "apiVersion: v1", "apiVersion: v2\napiVersion: v1"),
  line("an item's name twice", "- name: u\n", "- name: gone\n  name: u\n"),
  line(
    "a list in flow among blocks",
    /users:\n[\s\S]*contexts:/,
    "users: [{name: u, user: {token: flow}}]\ncontexts:",
  ),
  line("a comment among the items", "  user:\n", "  # mine\n  user: # yours\n"),
  line("an item that is not indented enough", "    token: t0ken", "  token: t0ken", { differs: ASKS }),
  line("a list item beside a mapping", "kind: Config", "kind: Config\n- x"),
  line("a mapping with the token's indent gone", "  user:\n    token: t0ken", "  user:\ntoken: t0ken", {
    differs: ASKS,
  }),
  unread("lists in lists, 500 deep", () => "[".repeat(500) + "]".repeat(500)),
  unread("lists in lists, 9 000 deep", () => "[".repeat(9_000) + "]".repeat(9_000), { differs: DEEP }),
  unread("lists in lists, 20 000 deep", () => "[".repeat(20_000) + "]".repeat(20_000)),
  unread("mappings in mappings, 9 000 deep", () => `${"{a: ".repeat(9_000)}1${"}".repeat(9_000)}`, {
    differs: DEEP,
  }),
  unread("a list of 20 000", () => `[${"a, ".repeat(20_000)}a]`),
];

/** UTF-32, which neither reads. */
const utf32 = (text: string): Buffer => {
  const bytes = Buffer.alloc(4 + text.length * 4);
  bytes.writeUInt32LE(0xfeff, 0);
  for (const [index, sign] of [...text].entries()) bytes.writeUInt32LE(sign.codePointAt(0)!, 4 + index * 4);
  return bytes;
};
const changed = (
  title: string,
  change: (text: string, world: World) => string | Buffer,
  more: More = {},
): CorpusCase => withText(title, (world) => change(yamlText(world), world), more);

const BYTES: CorpusCase[] = [
  changed("UTF-32", (text) => utf32(text)),
  changed("two byte order marks", (text) => `\ufeff\ufeff${text}`, { differs: BYTE_ORDER_MARK }),
  changed("a byte order mark in the second line", (text) => text.replace("kind:", "\ufeffkind:")),
  changed("a byte order mark before a document mark", (text) => `\ufeff---\n${text}`),
  changed("NUL first", (text) => `\0${text}`),
  changed("a form feed between lines", (text) => text.replace("kind:", "\fkind:")),
  changed("CRLF and LF mixed", (text) => text.replace("kind: Config\n", "kind: Config\r\n")),
  changed("CRLF in a literal", (text) =>
    text.replace("token: t0ken", "token: |-\n      t0\n      ken").replaceAll("\n", "\r\n"),
  ),
  changed("CRLF in JSON", (_text, world) =>
    JSON.stringify(JSON.parse(kubeconfig(world)), null, 2).replaceAll("\n", "\r\n"),
  ),
  changed("half a character of UTF-8 at the end", (text) =>
    Buffer.concat([Buffer.from(`${text}# `), Buffer.of(0xc3)]),
  ),
  changed("an overlong character", (text) =>
    Buffer.concat([Buffer.from(`${text}# `), Buffer.of(0xc0, 0xaf, 0x0a)]),
  ),
  changed("half a pair of UTF-16 as UTF-8", (text) =>
    Buffer.concat([Buffer.from(`${text}# `), Buffer.of(0xed, 0xa0, 0x80, 0x0a)]),
  ),
  changed("UTF-16 with half a pair", (text) =>
    Buffer.concat([Buffer.from(`\ufeff${text}# `, "utf16le"), Buffer.of(0x00, 0xd8, 0x0a, 0x00)]),
  ),
  changed("UTF-16 with an odd byte", (text) =>
    Buffer.concat([Buffer.from(`\ufeff${text}`, "utf16le"), Buffer.of(0x20)]),
  ),
  changed("a document mark with words behind it", (text) => `--- # mine\n${text}`),
  changed("the document on its mark's line", (_text, world) => `--- ${kubeconfig(world)}\n`),
  changed("three documents, the first of null", (text) => `---\n~\n---\n${text}---\n${text}`),
  changed("a comment of 300 KiB", (text) => `# ${"x".repeat(300 * 1024)}\n${text}`),
  changed("20 000 empty lines", (text) => text.replace("kind:", `${"\n".repeat(20_000)}kind:`)),
];

export const YAML_CASES: CorpusCase[] = [...SCALARS, ...STRUCTURE, ...BYTES];
