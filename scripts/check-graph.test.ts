import { describe, expect, it } from "vitest";
import { checkGraph, exportsOf } from "./check-graph.mjs";
import { temporaryRepository } from "./temp-repository.ts";

const problemsOf = (files: Record<string, string>) => checkGraph(temporaryRepository(files));

describe("the graph of imports", () => {
  it("has no circles, by types or across folders", () => {
    const circle = {
      "protocol/a.ts": `import type { B } from "./b.ts";\nexport interface A { b: B }\n`,
      "protocol/b.ts": `import type { C } from "./c/c.ts";\nexport interface B { c: C }\n`,
      "protocol/c/c.ts": `import type { A } from "../a.ts";\nexport interface C { a: A }\n`,
    };
    expect(problemsOf(circle)).toEqual([
      "a circle of imports: protocol/a.ts, protocol/b.ts, protocol/c/c.ts",
    ]);
    expect(
      problemsOf({
        ...circle,
        "protocol/c/c.ts": "export type C = 1;\n",
        "protocol/d.ts": 'import "./a.ts";\n',
      }),
    ).toEqual(["protocol/a.ts: nobody imports A"]);
  });

  it("has no exports that nobody imports, but for the shapes of others", () => {
    const files = {
      "protocol/a.ts":
        "export interface Options { x: number }\nexport const LIMIT = 1;\nexport function open(options: Options) { return options.x + LIMIT; }\nexport type Unused = 1;\n",
      "protocol/a.test.ts": 'import { open } from "./a.ts";\nopen({ x: 1 });\n',
    };
    expect(problemsOf(files)).toEqual([
      "protocol/a.ts: nobody imports LIMIT",
      "protocol/a.ts: nobody imports Unused",
    ]);
  });

  it("lets tools read what no file imports, and a dynamic import take everything", () => {
    expect(
      problemsOf({
        "app/page.tsx": "export default function Page() {}\n",
        "next.config.mjs": 'import "./scripts/a.mjs";\nexport default {};\n',
        "scripts/a.mjs": "",
        "protocol/a.ts": "export const a = 1;\n",
        "protocol/b.test.ts": 'const { a } = await import("./a.ts");\n',
      }),
    ).toEqual(["scripts/import-rules.mjs: no file of app imports components/*"]);
  });

  it("has no open door that nobody walks through", () => {
    const problems = problemsOf({
      "server/state/store.ts": "",
      "server/version.ts": "",
    });
    expect(problems).toEqual([]);
    expect(problemsOf({ "server/observe/metrics.ts": "" })).toContain(
      "scripts/import-rules.mjs: no file of server/observe imports protocol",
    );
  });
});

describe("exportsOf", () => {
  it("finds every form", () => {
    const text = [
      "export const a = 1;",
      "export async function b() {}",
      "export abstract class C {}",
      "export type { D, E as F } from './d.ts';",
      "export { g as h };",
      "// export const commented = 1;",
      "export default a;",
    ].join("\n");
    expect(exportsOf(text).sort()).toEqual(["C", "D", "F", "a", "b", "default", "h"].sort());
  });
});
