import { describe, expect, it } from "vitest";
import { parseGoYaml, YamlFault } from "./go-yaml.ts";

const value = (yaml: string) => (parseGoYaml(`v: ${yaml}`) as { v: unknown }).v;
/** Objects here have no prototype. */
const plain = (yaml: string | Uint8Array) => JSON.parse(JSON.stringify(parseGoYaml(yaml) ?? null));

describe("parseGoYaml", () => {
  it.each<[string, unknown]>([
    ["yes", true],
    ["Off", false],
    ["n", false],
    ["yEs", "yEs"],
    ["~", null],
    ["", null],
    ["017", 15],
    ["0o17", 15],
    ["0x1F", 31],
    ["0b11", 3],
    ["1_000", 1000],
    ["-5", -5],
    ["089", 89],
    [".5", 0.5],
    ["1e3", 1000],
    ["190:20:30", "190:20:30"],
    ["2024-01-02", "2024-01-02"],
    ["'1'", "1"],
    ['"yes"', "yes"],
    ["!!str 1", "1"],
    ['!!int "1"', 1],
    ["!!binary aGVsbG8=", "hello"],
    ["!mine x", "x"],
    ["=", "="],
  ])("reads %s as kubectl does", (yaml, expected) => {
    expect(value(yaml)).toBe(expected);
  });

  it.each<[string, string, unknown]>([
    ["the later of two equal keys", "a: 1\na: 2", { a: 2 }],
    ["a merge at its place", "a: own\n<<: {a: merged}", { a: "merged" }],
    ["a key behind a merge", "<<: {a: merged}\na: own", { a: "own" }],
    ["the first of several merges", "<<: [{a: 1}, {a: 2, b: 2}]", { a: 1, b: 2 }],
    ["a quoted merge key as a key", "'<<': {a: 1}", { "<<": { a: 1 } }],
    ["keys as texts", "1: a\nyes: b", { 1: "a", true: "b" }],
    ["an alias as its anchor's value", "a: &x [1]\nb: *x", { a: [1], b: [1] }],
    ["the first document", "a: 1\n---\na: [", { a: 1 }],
    ["a root in braces, whatever follows", '{"a": 1}\nrest', { a: 1 }],
    ["line ends of every kind", "a: 1\rb: 2\r\nc: 3 # x\u2028d: 4", { a: 1, b: 2, c: 3, d: 4 }],
    ["a byte order mark", "\ufeffa: 1", { a: 1 }],
    ["nothing", "", null],
  ])("takes %s", (_what, yaml, expected) => {
    expect(plain(yaml)).toEqual(expected);
  });

  it("reads UTF-16 by its mark", () => {
    const little = Buffer.from("\ufeffa: ü", "utf16le");
    expect(plain(little)).toEqual({ a: "ü" });
    expect(plain(Buffer.from(little).swap16())).toEqual({ a: "ü" });
  });

  it("keeps the name __proto__ a name", () => {
    expect(Object.keys(parseGoYaml("__proto__: {a: 1}") as object)).toEqual(["__proto__"]);
  });

  it.each<[string, string | Uint8Array]>([
    ["bytes that are not UTF-8", Buffer.from([0x61, 0x3a, 0xff])],
    ["a control character", "# \x07"],
    ["half a pair of UTF-16 in a value", '{"a": "\\ud83d"}'],
    ["half a pair of UTF-16 in a key", '{"\\ude80": "a"}'],
    ["a list as a key", "? [a]\n: 1"],
    ["null as a key", "~: 1"],
    ["a merge of a text", "<<: hello"],
    ["a merge of an alias to a list", "a: &a [{b: 1}]\nc: {<<: *a}"],
    ["a merge of an alias that names nothing", "<<: *a"],
    ["an alias that names nothing", "a: *x"],
    ["an anchor that contains itself", "a: &x {b: *x}"],
    ["a number that is not finite", "a: .inf"],
    ["a tag that does not fit", "a: !!int hello"],
    ["broken YAML", "a: ["],
  ])("refuses %s", (_what, yaml) => {
    expect(() => parseGoYaml(yaml)).toThrow(YamlFault);
  });

  it("refuses a bomb of aliases (A30)", () => {
    const levels = Array.from({ length: 9 }, (_, level) =>
      level === 0 ? "a0: &a0 [x, x]" : `a${level}: &a${level} [${`*a${level - 1},`.repeat(10)}]`,
    );
    expect(() => parseGoYaml(levels.join("\n"))).toThrow(YamlFault);
  });

  it("says where, and nothing of what stands there", () => {
    const error = (() => {
      try {
        return parseGoYaml("a: 1\ntoken: 'secret\n");
      } catch (fault) {
        return fault as YamlFault;
      }
    })() as YamlFault;
    expect(error.position?.line).toBeGreaterThan(1);
    expect(error.message).not.toContain("secret");
  });
});
