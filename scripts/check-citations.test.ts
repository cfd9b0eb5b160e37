import { describe, expect, it } from "vitest";
import { checkCitations } from "./check-citations.mjs";
import { temporaryRepository } from "./temp-repository.ts";

const LIBRARY = {
  "docs/protocol.md": "# The wires\n\n## 1 Exec\n\n### 1.4 The end\n\n### 1.10 Fallback\n\n## 5 kubectl\n",
  "docs/threats.md": [
    "# Threats",
    "### Finding 6: upgrades",
    "| code | threat |",
    "|---|---|",
    "| A1 | a page |",
    "| A16 | a viewer |",
    "| B2 | laptop |",
  ].join("\n"),
  "docs/proxies.md": "# Proxies\n\n## nginx in\nfront\n",
  "README.md": "",
  "server/stream/types.ts": "",
  "server/stream/fallback-policy.ts": "",
};

function violations(files: Record<string, string>): string[] {
  return checkCitations(temporaryRepository({ ...LIBRARY, ...files }));
}

function inComment(text: string): string[] {
  return violations({ "server/a.ts": `const before = 1;\n/** ${text} */\nconst after = 2;\n` });
}

describe("a citation in a comment", () => {
  it.each([
    ["protocol.md 1.4"],
    ["docs/protocol.md 1.4 and 1.10, RFC 6455 section 4.2.1"],
    ["protocol.md section 5"],
    ["protocol.md, kubelet pkg/cri/streaming 1.32"],
    ["threats.md A1, A16"],
    ["threats.md A1 to A16, finding 6"],
    ["threats.md finding 6"],
    ["kubernetes#78741 (A16)"],
    ["rows A1 and A16 of the threat list"],
    ["as README.md says"],
    ['docs/proxies.md, "nginx in front"'],
    ["next hop: fallback-policy.ts"],
    ["stream/types.ts, server/stream/types.ts and ./types.ts"],
    ["client-go tools/remotecommand/spdy.go and xterm's WriteBuffer.ts"],
    ["dist/server.mjs, which the build makes"],
    ["*.test.ts and <file>.test.ts"],
    ["https://example.com/gone.md and https://example.com/gone.ts"],
  ])("may be: %s", (text) => {
    expect(inComment(text)).toEqual([]);
  });

  it.each([
    ["protocol.md 9.9", "docs/protocol.md has no section 9.9"],
    ["protocol.md 1.4 and 1.7", "docs/protocol.md has no section 1.7"],
    ["protocol.md section 6", "docs/protocol.md has no section 6"],
    ["threats.md A99", "docs/threats.md has no A99"],
    ["threats.md A1, A2", "docs/threats.md has no A2"],
    ["threats.md A1, finding 8", "docs/threats.md has no finding 8"],
    ["threats A20", "docs/threats.md has no A20"],
    ["a cookie that comes twice (A8)", "docs/threats.md has no A8"],
    ["both at once (A1, B3)", "docs/threats.md has no B3"],
    ["rows A1 to A4", "docs/threats.md has no A4"],
    ["terminal-and-preview.md 5.4", "terminal-and-preview.md is not in the repository"],
    ["docs/style.md", "docs/style.md is not in the repository"],
    ['DESIGN "Honesty"', "DESIGN is not in the repository"],
    ['docs/proxies.md, "Traefik"', 'docs/proxies.md does not say "Traefik"'],
    ["next hop: gone.ts", "gone.ts does not exist"],
    ["http/types.ts", "http/types.ts does not exist"],
    ["start.mjs and view.tsx", "start.mjs does not exist"],
  ])("may not be: %s", (text, says) => {
    expect(inComment(text)).toContain(`server/a.ts:2: ${says}`);
  });

  it("is found where a line breaks, in its own line, in every kind of source", () => {
    const block = "\n/**\n * As it is said in (protocol.md\n * 9.9).\n */\n";
    const lines = "\n// As threats.md\n// A99 says, see\n// gone.ts.\n";
    expect(
      violations({ "app/a.tsx": block, "scripts/b.mjs": lines, "app/c.css": "a {}\n/* gone.ts */" }),
    ).toEqual([
      "app/a.tsx:3: docs/protocol.md has no section 9.9",
      "app/c.css:2: gone.ts does not exist",
      "scripts/b.mjs:2: docs/threats.md has no A99",
      "scripts/b.mjs:4: gone.ts does not exist",
    ]);
  });
});

describe("a citation elsewhere", () => {
  it("in a string is one of a document, and a file name there is something else", () => {
    const text =
      'check({ source: "protocol.md 9.9, client-go", file: "gone.ts" });\nit("refuses it (A99)");\n';
    expect(violations({ "e2e/a.ts": text })).toEqual([
      "e2e/a.ts:1: docs/protocol.md has no section 9.9",
      "e2e/a.ts:2: docs/threats.md has no A99",
    ]);
  });

  it("in the strings of a check's own test is made up", () => {
    expect(violations({ "scripts/a.test.ts": 'check("protocol.md 9.9");\n' })).toEqual([]);
    expect(violations({ "scripts/a.test.ts": "// protocol.md 9.9\n" })).toHaveLength(1);
  });

  it("in a document counts as in a comment, but for code and history", () => {
    const text = "See `gone.ts` and `protocol.md` 9.9.\n\n```sh\ncat gone.ts\n```\n";
    const found = ["1: docs/protocol.md has no section 9.9", "1: gone.ts does not exist"];
    expect(violations({ "docs/a.md": text, "CONTRIBUTING.md": text, "CHANGELOG.md": text })).toEqual(
      ["CONTRIBUTING.md", "docs/a.md"].flatMap((file) => found.map((line) => `${file}:${line}`)),
    );
  });
});
