/**
 * YAML as kubectl reads it: sigs.k8s.io/yaml, which is YAML 1.1 by go.yaml.in/yaml/v2 with kinds of its own, made into
 * what JSON can hold. The library parses; which scalar is which kind, and which keys and merges there are, is decided
 * here as its resolve.go and decode.go do. Next hop: kubeconfig.ts.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
} from "yaml";
import { holdsMore, nestsDeeper } from "#server/files/nesting.ts";

/** A list shared by many aliases is counted once per use; past this the file is a bomb (threats.md A30). */
const MAX_ALIASED_NODES = 10_000;
/** A kubeconfig has five, and kubectl takes thousands; the parser gives up near 780, by an overflow of its stack. */
const MAX_NESTING = 600;
/** A context with its cluster, its user and their certificates has some 80 lines at most. */
const MAX_ITEMS = 100_000;
const YAML_TAG = "tag:yaml.org,2002:";

/** Never with text of the file in it: the file holds tokens. */
export class YamlFault extends Error {
  override readonly name = "YamlFault";

  /** @param position in the text, absent when the fault is no place's */
  constructor(
    message: string,
    readonly position?: { line: number; col: number },
  ) {
    super(message);
  }
}

/**
 * The first document as objects, lists, texts, numbers, booleans and null; undefined when there is none.
 * @throws YamlFault
 */
export function parseGoYaml(source: string | Uint8Array): unknown {
  const text = decodeText(source);
  if (holdsMore(text, MAX_ITEMS)) throw new YamlFault(`it has more than ${MAX_ITEMS} lines and items`);
  if (nestsDeeper(text, MAX_NESTING)) throw new YamlFault(`it nests deeper than ${MAX_NESTING} levels`);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.1",
    // Every scalar stays as it was written.
    schema: "failsafe",
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
    lineCounter: lines,
  });
  const document = documents[0] as Document | undefined;
  if (!document) return undefined;
  const error = document.errors.find(
    ({ code, pos }) => code !== "UNEXPECTED_TOKEN" || !isBehindRoot(document, pos[0]),
  );
  if (error) {
    // The parser's own message may quote the file: only its code is shown.
    throw new YamlFault(error.code.toLowerCase().replaceAll("_", " "), lines.linePos(error.pos[0]));
  }
  return document.contents === null ? null : new Reader(document).read(document.contents);
}

/** What follows a root in braces is read by nobody. */
function isBehindRoot({ contents }: Document, position: number): boolean {
  return isCollection(contents) && contents.flow === true && position >= (contents.range?.[2] ?? Infinity);
}

function decodeText(source: string | Uint8Array): string {
  const text = typeof source === "string" ? source : decodeBytes(source);
  // What is not of these YAML does not allow.
  const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
  if (forbidden.test(text)) throw new YamlFault("it holds a control character");
  // All of them end a line in YAML 1.1, also that of a comment.
  return text.replace(/^\ufeff/, "").replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n");
}

function decodeBytes(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const wide =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff && "utf-16be";
  const encoding = wide || "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new YamlFault(`it is not valid ${encoding.toUpperCase()}`);
  }
}

class Reader {
  #aliased = 0;
  readonly #open = new Set<unknown>();

  constructor(private readonly document: Document) {}

  read(node: unknown): unknown {
    if (this.#open.size > 0 && ++this.#aliased > MAX_ALIASED_NODES) {
      throw new YamlFault("aliases are nested too deeply");
    }
    if (isAlias(node)) return this.#follow(node);
    if (isMap(node)) return this.#map(node.items);
    if (isSeq(node)) return node.items.map((item) => this.read(item));
    return isScalar(node) ? scalarValue(node) : null;
  }

  #follow(alias: Node): unknown {
    const target = isAlias(alias) ? alias.resolve(this.document) : undefined;
    if (!target) throw new YamlFault("an alias names nothing");
    if (this.#open.has(target)) throw new YamlFault("an anchor's value contains itself");
    this.#open.add(target);
    try {
      return this.read(target);
    } finally {
      this.#open.delete(target);
    }
  }

  /** Of two equal keys the later counts, and a merge is nothing but all its keys at its place. */
  #map(pairs: readonly { key: unknown; value: unknown }[]): Record<string, unknown> {
    // Names come from the file: __proto__ is one of them.
    const object: Record<string, unknown> = Object.create(null);
    for (const { key, value } of pairs) {
      if (isMergeKey(key)) Object.assign(object, ...this.#merged(value));
      else object[this.#key(key)] = this.read(value);
    }
    return object;
  }

  /** Of several the first counts, so it comes last. */
  #merged(value: unknown): object[] {
    // A list of mappings stands where it is merged, and is not named from there.
    if (isAlias(value) && !isMap(value.resolve(this.document)))
      throw new YamlFault("a merge key needs a mapping");
    const found = this.read(value);
    const maps = Array.isArray(found) ? found.toReversed() : [found];
    if (!maps.every((map) => isObject(map))) throw new YamlFault("a merge key needs a mapping");
    return maps;
  }

  #key(node: unknown): string {
    const key = this.read(node);
    if (typeof key === "object") throw new YamlFault("a key is neither a text nor a number");
    return String(key);
  }
}

function isMergeKey(key: unknown): boolean {
  return (
    isScalar(key) && key.value === "<<" && (key.tag === `${YAML_TAG}merge` || (isPlain(key) && !key.tag))
  );
}

function isPlain(scalar: Scalar): boolean {
  return scalar.type === undefined || scalar.type === "PLAIN";
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const WORDS = new Map<string, boolean | null>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, true] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, false] as const,
  ),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
]);

function scalarValue(scalar: Scalar): unknown {
  const text = String(scalar.value ?? "");
  // Half a pair of UTF-16, which an escape can write, is no character.
  if (/\p{Surrogate}/u.test(text)) throw new YamlFault("it holds half a character");
  const tag = scalar.tag?.startsWith(YAML_TAG) ? scalar.tag.slice(YAML_TAG.length) : (scalar.tag ?? "");
  if (tag === "" && !isPlain(scalar)) return text;
  if (tag === "binary") return decodeBinary(text);
  if (tag !== "" && !["bool", "int", "float", "null"].includes(tag)) return text;
  const value = plainValue(text);
  if (tag !== "" && kindOf(value) !== tag && !(tag === "float" && kindOf(value) === "int")) {
    throw new YamlFault(`a value is no ${tag}`);
  }
  return value;
}

function kindOf(value: string | number | boolean | null): string {
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if (typeof value === "boolean") return "bool";
  return value === null ? "null" : "str";
}

/** Dates stay texts, and so do base 60 numbers. */
function plainValue(text: string): string | number | boolean | null {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (/^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/.test(text)) throw new YamlFault("a number is not finite");
  if (/^\.\d+([eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (!/^[-+\d]/.test(text) || /^\d{4}-/.test(text)) return text;
  const plain = text.replaceAll("_", "");
  const digits = /^[-+]?(0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9]\d*)$/.exec(plain)?.[1];
  if (digits !== undefined) {
    const size = Number(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
    return plain.startsWith("-") ? -size : size;
  }
  const number = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
  // One that no float holds stays a text.
  return Number.isFinite(number) ? number : text;
}

function decodeBinary(text: string): string {
  const packed = text.replaceAll("\n", "");
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new YamlFault("a binary value is not base64");
  }
  return Buffer.from(packed, "base64").toString("utf8");
}
