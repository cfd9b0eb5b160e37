/** The kubeconfig of a running Porthole: rewritten a thousand times, and with contexts named as EKS names them. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterList } from "#protocol/api.ts";
import { type FaultyDemoCluster, startFaultyDemoCluster } from "#server/demo/faults/faulty-demo-cluster.ts";
import { findKubectl, KubectlRuns, makeCertificate } from "#server/demo/kubectl.fixture.ts";
import { loopbackPair } from "#server/kube/testing/certificates.ts";
import { until } from "#server/testing/loopback.ts";
import { Edge } from "./edge.fixture.ts";
import { LiveClient } from "./live-streams.fixture.ts";
import { createLogger } from "./log.ts";

const REWRITES = 1_000;
const LIMIT_MS = 90_000;
const PROD = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";
const TEST = "arn:aws:eks:eu-west-1:123456789012:cluster/test";

let folder: string;
let file: string;
let demo: FaultyDemoCluster;
let edge: Edge;

/** In kubectl's order: clusters, contexts, then users, so that half of it has contexts without users. */
function kubeconfig(
  contexts: Record<string, { namespace?: string; token?: string }>,
  current = PROD,
): string {
  const entries = Object.entries(contexts);
  const lines = (make: (name: string, context: { namespace?: string; token?: string }) => string) =>
    entries.map(([name, context]) => `- ${make(JSON.stringify(name), context)}\n`).join("");
  return `apiVersion: v1
clusters:
${lines((name) => `{name: ${name}, cluster: {server: "${demo.url}", insecure-skip-tls-verify: true}}`)}contexts:
${lines((name, { namespace = "default" }) => `{name: ${name}, context: {cluster: ${name}, user: ${name}, namespace: ${namespace}}}`)}current-context: ${JSON.stringify(current)}
kind: Config
users:
${lines((name, { token = demo.tokens.admin }) => `{name: ${name}, user: {token: ${token}}}`)}`;
}

function replace(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

async function clusters(): Promise<ClusterList> {
  return (await (
    await fetch(`${edge.origin}/api/clusters`, { headers: edge.machine })
  ).json()) as ClusterList;
}
const names = async () => (await clusters()).clusters.map(({ name }) => name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
  file = join(folder, "config");
  demo = await startFaultyDemoCluster({ log: createLogger("text", "silent"), tls: loopbackPair() });
  writeFileSync(file, kubeconfig({ [PROD]: {}, [TEST]: {} }));
  edge = await Edge.startWith(file, demo);
});

afterAll(async () => {
  await edge.close();
  rmSync(folder, { recursive: true, force: true });
});

describe(`a kubeconfig that is rewritten ${REWRITES} times`, () => {
  it(
    "cuts no shell, watch, log or forward, and loses no context that is in it",
    async () => {
      const client = LiveClient.machine(edge, PROD);
      await Promise.all([
        ...[
          client.terminal(),
          client.terminal(),
          client.exec("exec", ["sh", "-c", "while :; do echo x; sleep 0.1; done"]),
        ],
        ...[client.tunnel(), client.watch(), client.log(), client.forwards()],
      ]);
      const seen = { looks: 0, missing: [] as string[] };
      let rewriting = true;
      const looking = (async () => {
        while (rewriting) {
          const known = await clusters();
          seen.looks += 1;
          for (const name of [PROD, TEST]) {
            const found = known.clusters.find((one) => one.name === name);
            if (!found || found.problem) seen.missing.push(`${name}: ${found?.problem ?? "not there"}`);
          }
        }
      })();
      for (let count = 0; count < REWRITES; count += 1) {
        const extra = Object.fromEntries(
          Array.from({ length: count % 4 }, (_, index) => [`extra-${index}`, {}]),
        );
        const text = kubeconfig({ [PROD]: {}, [TEST]: { namespace: `ns-${count % 7}` }, ...extra });
        const half = text.slice(0, Math.floor(Math.random() * text.length));
        if (count % 3 === 0) replace(text);
        else {
          writeFileSync(file, half);
          if (count % 3 === 1) await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
          writeFileSync(file, text);
        }
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
      }
      replace(kubeconfig({ [PROD]: {}, [TEST]: {}, last: {} }));
      await expect.poll(names, { timeout: 10_000 }).toEqual([PROD, TEST, "last"]);
      rewriting = false;
      await looking;
      expect(seen.missing).toEqual([]);
      expect(seen.looks).toBeGreaterThan(100);
      const before = client.streams.map((stream) => stream.bytes);
      for (const [index, stream] of client.streams.entries()) {
        expect(stream.endedAt, `${stream.name} ended: ${stream.words}`).toBeNull();
        if (
          stream.name === "a preview's WebSocket" ||
          stream.name === "a watch" ||
          stream.name.includes("log")
        )
          continue;
        await until(`more of ${stream.name}`, () => stream.bytes > before[index]!);
      }
      client.close();
    },
    LIMIT_MS,
  );
});

describe("a context that changes under a running shell", () => {
  it(
    "goes on when its context is removed, while nothing new opens",
    async () => {
      const client = LiveClient.machine(edge, "last");
      await client.terminal();
      const second = client.streams.at(-1)!;
      replace(kubeconfig({ [PROD]: {}, [TEST]: {} }));
      await expect.poll(names, { timeout: 10_000 }).not.toContain("last");
      const { code } = await client.post("/api/sessions", {
        cluster: "last",
        namespace: "default",
        pod: "shell",
      });
      expect(code).toBe(404);
      const before = second.bytes;
      await until("more output", () => second.bytes > before);
      expect(second.endedAt).toBeNull();
      client.close();
    },
    LIMIT_MS,
  );

  it("is not there when the file says so at once, and none is taken for the current one in its place", async () => {
    replace(kubeconfig({ [PROD]: {}, [TEST]: {} }, "gone"));
    await expect.poll(async () => (await clusters()).noCurrent, { timeout: 10_000 }).toContain('"gone"');
    expect((await clusters()).clusters.map(({ current }) => current)).toEqual([false, false]);
    writeFileSync(file, "clusters: [");
    await expect.poll(async () => (await clusters()).unread?.problem, { timeout: 10_000 }).toContain(file);
    expect(await names()).toEqual([PROD, TEST]);
    replace(kubeconfig({ [PROD]: {}, [TEST]: {} }));
    await expect
      .poll(async () => (await clusters()).clusters.map(({ current }) => current), { timeout: 10_000 })
      .toEqual([true, false]);
    expect(await clusters()).not.toHaveProperty("unread");
  });
});

describe("a context whose name has a slash", () => {
  it("is refused where the path could mean another cluster by its dots", async () => {
    for (const path of [
      "/clusters/x/../demo/version",
      "/clusters/x/%2E%2e/demo/version",
      "/clusters/./x/version",
    ]) {
      expect(
        (await edge.raw(edge.get(path, undefined, `Authorization: ${edge.machine.authorization}\n`))).line,
      ).toContain("400");
    }
  });

  const kubectl = findKubectl();
  it.skipIf(!kubectl)(
    "is reached by a real kubectl: reads, exec, logs, port-forward",
    async () => {
      const runs = new KubectlRuns(kubectl!);
      const { certFile, keyFile } = makeCertificate(runs.folder);
      const second = await startFaultyDemoCluster({ log: createLogger("text", "silent") });
      const tls = await Edge.startWith(file, second, ["--tls-cert", certFile, "--tls-key", keyFile]);
      try {
        for (const name of [PROD, encodeURIComponent(PROD)]) {
          const flags = `--server https://127.0.0.1:${tls.port}/clusters/${name} --certificate-authority ${certFile} --token ${tls.token}`;
          expect((await runs.run(`${flags} get pods -n default -o name`)).stdout).toContain("pod/shell");
          expect(await runs.run(`${flags} exec shell -c main -- echo through`)).toMatchObject({
            code: 0,
            stdout: "through\n",
          });
          expect(await runs.run(`${flags} logs shell -c main --tail=1`)).toMatchObject({ code: 0 });
          expect((await runs.run(`${flags} version`)).stdout).toContain("Server Version");
          const secret = await runs.run(`${flags} get --raw /api/v1/namespaces/default/secrets`);
          expect(secret.stderr).toContain("Forbidden");
          const forward = runs.start(`${flags} port-forward pod/web :8080`);
          await until("the forward", () => forward.seen.stdout.includes("Forwarding"));
          const port = /127\.0\.0\.1:(\d+)/.exec(forward.seen.stdout)![1];
          expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
          await forward.stop();
        }
      } finally {
        await tls.close();
        runs.close();
      }
    },
    LIMIT_MS,
  );
});
