import { describe, expect, it } from "vitest";
import { importsOf } from "./import-graph.mjs";

describe("importsOf", () => {
  it("gives the line of each import and passes over comments", () => {
    const text = [
      "/**",
      ' * import { a } from "commented";',
      " */",
      '// import "also-commented";',
      'import "side-effect";',
      "import {",
      "  b,",
      '} from "several-lines";',
      'const notAnImport = "from";',
    ].join("\n");
    expect(importsOf(text)).toEqual([
      { specifier: "side-effect", line: 5, names: [] },
      { specifier: "several-lines", line: 8, names: ["b"] },
    ]);
  });

  it.each<[string, string[]]>([
    ['import a from "x";', ["default"]],
    ['import type { A, type B as C } from "x";', ["A", "B"]],
    ['import a, { type B } from "x";', ["B", "default"]],
    ['import * as all from "x";', ["*"]],
    ['export { a as b } from "x";', ["a"]],
    ['export * from "x";', ["*"]],
    ['const { a } = await import("x");', ["*"]],
  ])("names what %s takes", (code, names) => {
    expect(importsOf(code)).toEqual([{ specifier: "x", line: 1, names }]);
  });
});
