/** What ships is looked at: its licences, and what a registry knows of it, with a real npm and a registry of our own. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { checkAdvisories, checkLicences, shipped } from "./check-dependencies.mjs";
import { temporaryRepository } from "./temp-repository.ts";

const VERSIONS: Record<string, string> = { ws: "8.0.0", react: "19.0.0", next: "16.0.0" };
type Locked = Record<string, object>;
const SOURCES = {
  "app/page.tsx": 'import { useState } from "react";\nimport Link from "next/link";\n',
  "components/x.test.tsx": 'import { it } from "tests";\n',
};

function repository(packages: Locked = {}): string {
  const dependencies = { ws: "8.0.0" };
  const devDependencies = { react: "19.0.0", next: "16.0.0", tests: "1.0.0" };
  const all: Locked = {
    "": { name: "x", version: "1.0.0", dependencies, devDependencies },
    "node_modules/ws": { version: "8.0.0", license: "MIT" },
    "node_modules/react": {
      version: "19.0.0",
      license: "MIT",
      dev: true,
      dependencies: { scheduler: "1.0.0" },
    },
    "node_modules/scheduler": { version: "1.0.0", license: "MIT", dev: true },
    "node_modules/next": { version: "16.0.0", license: "MIT", dev: true, dependencies: { builder: "1.0.0" } },
    "node_modules/builder": { version: "1.0.0", license: "GPL-3.0", dev: true },
    "node_modules/tests": { version: "1.0.0", license: "GPL-3.0", dev: true },
    ...packages,
  };
  return temporaryRepository({
    ...SOURCES,
    "package.json": JSON.stringify(all[""]),
    "package-lock.json": JSON.stringify({
      name: "x",
      version: "1.0.0",
      lockfileVersion: 3,
      requires: true,
      packages: all,
    }),
  });
}

it("what ships is what is installed without development packages, and what the page is made of", () => {
  expect(shipped(repository()).map(({ name }) => name)).toEqual(["ws", "react", "scheduler", "next"]);
});

describe("licences", () => {
  it.each([
    ["MIT", true],
    ["(MIT OR GPL-2.0)", true],
    ["Apache-2.0 AND ISC", true],
    ["GPL-3.0", false],
    ["MIT AND GPL-3.0", false],
    ["SEE LICENSE IN x", false],
    [undefined, false],
  ])("%s may ship: %s", (license, passed) => {
    const finding = checkLicences(repository({ "node_modules/ws": { version: "8.0.0", license } }));
    expect(finding.passed).toBe(passed);
    if (!passed) expect(finding.words).toEqual([expect.stringMatching(/^ws is under /)]);
  });
});

describe("advisories", () => {
  let registry: Server | undefined;
  afterEach(() => {
    registry?.closeAllConnections();
    registry?.close();
  });

  async function against(answer: RequestListener, limitMs?: number) {
    registry = createServer(answer);
    await new Promise<void>((resolve) => registry!.listen(0, "127.0.0.1", resolve));
    const { port } = registry.address() as AddressInfo;
    const root = repository();
    const [registryUrl, cache] = [`http://127.0.0.1:${port}/`, join(root, "cache")];
    const env = { ...process.env, npm_config_registry: registryUrl, npm_config_cache: cache };
    return await checkAdvisories(root, { env, ...(limitMs ? { limitMs } : {}) });
  }

  const knows =
    (name: string, severity: string): RequestListener =>
    (request, response) => {
      if (request.method === "GET") {
        const asked = (request.url ?? "").slice(1);
        const version = VERSIONS[asked] ?? "1.0.0";
        const dependencies = asked === "react" ? { scheduler: "1.0.0" } : {};
        const versions = { [version]: { name: asked, version, dependencies } };
        response.end(JSON.stringify({ name: asked, "dist-tags": { latest: version }, versions }));
        return;
      }
      const pieces: Buffer[] = [];
      request.on("data", (piece) => pieces.push(piece));
      request.on("end", () => {
        const asked = Object.keys(JSON.parse(gunzipSync(Buffer.concat(pieces)).toString()));
        const advisory = {
          id: 1,
          url: "https://advisories.test/1",
          title: "a hole",
          severity,
          vulnerable_versions: "*",
        };
        response.end(JSON.stringify(asked.includes(name) ? { [name]: [advisory] } : {}));
      });
    };

  it.each([
    ["ws", "critical", false],
    ["ws", "high", false],
    ["ws", "moderate", true],
    ["react", "high", false],
    ["scheduler", "high", false],
  ])("of %s that are %s: passed is %s, and it is named", async (name, severity, passed) => {
    const finding = await against(knows(name, severity));
    expect(finding.passed).toBe(passed);
    expect(finding.words.join("\n")).toContain(`${severity}: ${name} *: a hole, https://advisories.test/1`);
  });

  it("of what does not ship are not ours", async () => {
    expect(await against(knows("tests", "critical"))).toEqual({
      passed: true,
      words: ["no advisory is about a package that ships"],
    });
  });

  it("that cannot be had are said, and are no failure", async () => {
    const refused = await against((_request, response) => response.writeHead(405).end());
    expect(refused).toEqual({
      passed: null,
      words: [expect.stringMatching(/^not checked: .*could not be asked for .*405/)],
    });
    const page = await against((_request, response) => response.end("<html>a login page</html>"));
    expect(page.passed).toBeNull();
    const silent = await against(() => {}, 3_000);
    expect(silent).toEqual({ passed: null, words: [expect.stringContaining("no answer within 3 s")] });
  }, 60_000);
});
