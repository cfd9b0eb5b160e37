/** Every name that a context can have reaches its own cluster, through a browser's URL and through a real kubectl. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterList } from "#protocol/api.ts";
import { clusterSegment, spelledName } from "#protocol/cluster-segment.ts";
import { startFaultyDemoCluster } from "#server/demo/faults/faulty-demo-cluster.ts";
import { findKubectl, makeCertificate } from "#server/demo/kubectl.fixture.ts";
import { loopbackPair } from "#server/kube/testing/certificates.ts";
import { runKubectl } from "#server/kube/testing/kubectl.ts";
import { Edge } from "./edge.fixture.ts";
import { createLogger } from "./log.ts";

const LIMIT_MS = 120_000;
const RANDOM_NAMES = 60;
const KUBECTLS_AT_ONCE = 2;

const ODD_NAMES = [
  ...[
    "",
    " ",
    "   ",
    ".",
    "..",
    "...",
    "./",
    "/.",
    "../..",
    "/",
    "//",
    "/x",
    "x/",
    "x//y",
    "x/./y",
    "x/../y",
  ],
  ...["~", "~.", "~..", "~~", "~x", "~0", "~1", "~~1x", "~~0.", "~x~1y", "~/x", "x~1y", "x~", "a~0b"],
  ...[
    "%",
    "100%",
    "%2F",
    "%2e",
    "%2E%2E",
    "%zz",
    "a%2Fb",
    "a/b",
    "a\\b",
    "a\\b/c",
    "..\\..",
    "\\",
    "a?b#c",
    "#",
    "?",
  ],
  ...[
    "x",
    "x/api",
    "x/api/v1",
    "x/api/v1/namespaces",
    "x/apis",
    "x/version",
    "version",
    "api",
    "apis",
    "health",
  ],
  ...[
    "x/health",
    "x/access",
    "x/credential",
    "clusters",
    "clusters/x",
    "api/clusters/x/health",
    "/api/v1/pods",
  ],
  ...[
    "ü",
    "u\u0308",
    "日本/東京",
    "🚀",
    "p\u0430ypal",
    "paypal",
    "a\u202eb",
    "a\nb",
    "a\tb",
    "a\rb",
    "\u007f",
    "\ufeff",
    "a\u0000b",
  ],
  ...[
    "arn:aws:eks:eu-west-1:1:cluster/prod",
    "arn:aws:eks:eu-west-1:1:cluster/prod-2",
    "demo:443",
    "user:pw@host",
  ],
  ...["a+b c&d=e;f,g$h!", "__proto__", "constructor", "-x", "--server", '"', "'", "<b>", "`"],
  ...["n".repeat(1_000), "日".repeat(1_000), "a/".repeat(500), "🚀".repeat(500)],
];

let folder: string;
let server: Server;
let edge: Edge;
let names: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
  const unit = fc.constantFrom("~", ".", "/", "0", "1", "a", "%", "2F", "api", "version", "\\", " ", "é");
  const random = fc.sample(
    fc.array(unit, { maxLength: 7 }).map((parts) => parts.join("")),
    RANDOM_NAMES,
  );
  names = [...new Set([...ODD_NAMES, ...random])];
  // Says which of the contexts was meant: each has a path of its own there.
  server = createServer(loopbackPair(), ({ url = "" }, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ gitVersion: `v${/^\/n(\d+)\//.exec(url)?.[1]}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cluster = (index: number) => ({
    server: `https://127.0.0.1:${port}/n${index}`,
    "insecure-skip-tls-verify": true,
  });
  const file = join(folder, "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: names.map((_, index) => ({ name: `k${index}`, cluster: cluster(index) })),
    contexts: names.map((name, index) => ({ name, context: { cluster: `k${index}`, user: "u" } })),
    users: [{ name: "u", user: {} }],
  };
  // YAML takes these escaped alone.
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  writeFileSync(file, JSON.stringify(config).replace(/[\u007f\ufeff]/g, escaped));
  const { certFile, keyFile } = makeCertificate(folder);
  const demo = await startFaultyDemoCluster({ log: createLogger("text", "silent") });
  edge = await Edge.startWith(file, demo, ["--tls-cert", certFile, "--tls-key", keyFile]);
});

afterAll(async () => {
  await edge.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** As a browser asks: the path is what URL makes of it. */
function ask(path: string): Promise<{ code: number; body: string }> {
  const url = new URL(path, `https://127.0.0.1:${edge.port}`);
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers: edge.machine, rejectUnauthorized: false }, (answer) => {
      text(answer).then((body) => resolve({ code: answer.statusCode ?? 0, body }), reject);
    });
    asked.on("error", reject);
  });
}

const itsOwn = (index: number) => `{"gitVersion":"v${index}"}`;

describe("the name of a context", () => {
  it(
    "reaches its own cluster from the page, and the page's API of it",
    async () => {
      const problems: string[] = [];
      const { clusters } = JSON.parse((await ask("/api/clusters")).body) as ClusterList;
      expect(clusters.map(({ name }) => name)).toEqual(names);
      for (const [index, { name, path }] of clusters.entries()) {
        expect(path).toBe(`/clusters/${clusterSegment(name)}`);
        const found = await ask(`${path}/version`);
        if (found.body !== itsOwn(index)) problems.push(`${path.slice(0, 80)}: ${found.code} ${found.body}`);
        const health = await ask(`/api${path}/health`);
        if (!health.body.includes(`"v${index}"`)) problems.push(`/api${path.slice(0, 80)}: ${health.body}`);
        const login = await ask(`/api${path}/credential`);
        if (login.code !== 200) problems.push(`/api${path.slice(0, 80)}: ${login.body}`);
      }
      expect(problems).toEqual([]);
    },
    LIMIT_MS,
  );

  it("is taken percent-encoded, and with its slashes where no other cluster could be meant", async () => {
    for (const name of ["~x", "/x", "x//y", "a\\b/c", "~/x", "100%"]) {
      const found = await ask(`/clusters/${encodeURIComponent(name)}/version`);
      expect(found.body, name).toBe(itsOwn(names.indexOf(name)));
    }
    for (const path of ["/clusters/x/health/version", "/api/clusters/x/health/health"]) {
      expect((await ask(path)).body, path).toContain(`"v${names.indexOf("x/health")}"`);
    }
    expect((await ask("/api/clusters/x/health")).body).toContain(`"v${names.indexOf("x")}"`);
  });

  const kubectl = findKubectl();
  it.skipIf(!kubectl)(
    "reaches its own cluster with kubectl, or none where a part of it is another's name and nothing says which",
    async () => {
      const problems: string[] = [];
      const flags = ["--certificate-authority", join(folder, "cert.pem"), "--token", edge.token];
      const run = async (index: number, segment: string, always: boolean) => {
        const at = `https://127.0.0.1:${edge.port}/clusters/${segment}`;
        const args = ["--server", at, ...flags, "get", "--raw", "/version"];
        const said = await runKubectl(args, { KUBECONFIG: "" }, folder).catch(String);
        if (said !== itsOwn(index) && (always || !said.includes("may be meant for")))
          problems.push(`${JSON.stringify(names[index]).slice(0, 60)} as ${segment.slice(0, 60)}: ${said}`);
      };
      const all = [...names.entries()];
      const lane = async () => {
        for (let one = all.shift(); one; one = all.shift()) {
          const [index, name] = one;
          await run(index, clusterSegment(name), false);
          if (name.includes("/")) await run(index, encodeURIComponent(spelledName(name)), true);
        }
      };
      await Promise.all(Array.from({ length: KUBECTLS_AT_ONCE }, lane));
      expect(problems).toEqual([]);
    },
    LIMIT_MS,
  );
});
