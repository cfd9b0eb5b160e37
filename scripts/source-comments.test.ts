import { describe, expect, it } from "vitest";
import { commentsOf } from "./source-comments.mjs";

function texts(source: string): string[] {
  return commentsOf(source).map(({ text }) => text);
}

describe("commentsOf", () => {
  it("finds blocks, and lines that follow each other as one", () => {
    expect(texts("/** a\n * b */\nx(); // c\n// d\n\n// e\n")).toEqual([
      "/** a\n * b */",
      "// c\n// d",
      "// e",
    ]);
  });

  it("says where each stands in the file", () => {
    const source = 'const url = "//";\n  // here\n';
    const [comment] = commentsOf(source);
    expect(source.slice(comment!.start, comment!.end)).toBe("// here");
  });

  it.each([
    ["a string", `const a = "// no", b = '/* no */', c = "\\"// no";`],
    ["a template", "const a = `// no $" + "{b(`/* no */`, { c: `// no` })} // no`;"],
    ["a regular expression", 'if (/\\/\\/ no/.test(a) || /[/*] no/.test(b)) return /"// no/;'],
  ])("takes nothing in %s for one", (_name, source) => {
    expect(texts(`${source}\n// yes\n`)).toEqual(["// yes"]);
  });

  it("knows a division and the end of a tag from a regular expression", () => {
    expect(texts("a = b / c; // yes\nd = <p>it's</p>;\nreturn <A b={c} />; // yes\n/* yes */")).toEqual([
      "// yes",
      "// yes",
      "/* yes */",
    ]);
  });

  it("finds those in a template's code and between tags", () => {
    expect(texts("`$" + "{a /* one */} b`; <p>{/* two */}</p>")).toEqual(["/* one */", "/* two */"]);
  });

  it("ends with a text that ends too early", () => {
    expect(texts('// a\nconst b = "c')).toEqual(["// a"]);
    expect(texts("`$" + "{")).toEqual([]);
    expect(texts("/* open")).toEqual([]);
  });
});
