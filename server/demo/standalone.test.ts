/** The demo cluster as a program of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "#server/testing/loopback.ts";
import { execPath, V5Client } from "#server/testing/v5-client.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(...flags: string[]) {
  const program = join(import.meta.dirname, "standalone.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, "--no-namespaces", ...flags]);
  const seen = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      seen[name] += text;
    });
  }
  return { child, seen, ended: once(child, "close") };
}

interface Kubeconfig {
  clusters: { cluster: { server: string } }[];
  users: { name: string; user: { token: string } }[];
  contexts: { name: string }[];
}

it("serves the mode and the faults it was started with, and writes every user's context", async () => {
  const path = join(folder, "config");
  const { child, seen, ended } = start("--kubeconfig", path, "--mode", "phase1", "--fault", "no-shell");
  await until("the ready line", () => seen.stdout.includes("is ready at"));
  const config = JSON.parse(readFileSync(path, "utf8")) as Kubeconfig;
  expect(config.contexts.map(({ name }) => name)).toEqual([
    "demo",
    "demo-viewer",
    "demo-getter",
    "demo-creator",
  ]);
  const { server } = config.clusters[0]!.cluster;
  const { token } = config.users[0]!.user;
  const version = await fetch(`${server}/version`, { headers: { authorization: `Bearer ${token}` } });
  expect(await version.json()).toMatchObject({ gitVersion: expect.stringMatching(/^v1\.34\./) });
  const client = await V5Client.connect(server + execPath(["sh"]), token);
  await client.ended();
  expect(client.status?.message).toContain('exec: "sh": executable file not found');
  child.kill("SIGTERM");
  expect((await ended)[0]).toBe(0);
});

it.each([
  [["--mode", "phase3"], "--mode is legacy, phase1, phase2, not phase3\n"],
  [["--fault", "drop-after"], "drop-after is set as drop-after=BYTES\n"],
])("ends with status 2 and one line for %j", async (flags, line) => {
  const { seen, ended } = start("--kubeconfig", join(folder, "unused"), ...flags);
  expect((await ended)[0]).toBe(2);
  expect(seen).toEqual({ stdout: "", stderr: line });
});
