/** SIGHUP to the program: it reads the kubeconfig again at once, and goes on. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ClusterList } from "#protocol/api.ts";
import { StartedProcess } from "./started-process.fixture.ts";

const LIMIT_MS = 60_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it(
  "SIGHUP has the kubeconfig read again, and does not end the program",
  async () => {
    const file = join(folder, "config");
    const write = (name: string) =>
      writeFileSync(
        file,
        JSON.stringify({
          ...{ apiVersion: "v1", kind: "Config", "current-context": name },
          clusters: [{ name: "k", cluster: { server: "https://127.0.0.1:1" } }],
          contexts: [{ name, context: { cluster: "k" } }],
        }),
      );
    write("before");
    const porthole = new StartedProcess(["--port", "0", "--no-open", "--kubeconfig", file]);
    const { origin, hash } = new URL(await porthole.ready());
    const headers = { authorization: `Bearer ${hash.slice("#t=".length)}` };
    const names = async () => {
      const { clusters } = (await (await fetch(`${origin}/api/clusters`, { headers })).json()) as ClusterList;
      return clusters.map(({ name }) => name);
    };
    expect(await names()).toEqual(["before"]);
    write("after");
    process.kill(porthole.pid, "SIGHUP");
    await expect.poll(names, { timeout: 10_000 }).toEqual(["after"]);
    const { code, stderr } = await porthole.stop();
    expect(stderr).toContain("SIGHUP: reading the kubeconfig again");
    expect(code).toBe(0);
  },
  LIMIT_MS,
);
