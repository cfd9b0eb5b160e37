/** The server is told to stop while a person is at a shell (docs/threats.md C6). */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { WorkbenchPage } from "./pages/workbench-page.ts";
import { PortholeProcess } from "./porthole-process.ts";

const DRAIN_S = 6;
const WORDS = expect.stringContaining("Porthole was stopped");

test("a person at a shell is told that it ends, and then that it was Porthole", async ({ page }) => {
  const porthole = await PortholeProcess.start(["--demo", "--drain-seconds", String(DRAIN_S)]);
  const workbench = new WorkbenchPage(page, porthole);
  await workbench.signIn();
  const terminal = await workbench.openShell("shell");
  const began = performance.now();
  const stopped = porthole.stop("SIGTERM");
  await expect(page.getByTestId("pane-notice-notice")).toContainText(
    `Porthole is being restarted or stopped: this shell ends in ${DRAIN_S} s.`,
  );
  // It still serves, and the shell still answers.
  const ready = await fetch(`${porthole.origin}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining("stopping")]);
  await terminal.run("echo still-$((1 + 1))");
  await terminal.untilText("still-2");
  await expect(page.getByTestId("end-note")).toContainText("because Porthole was stopped");
  expect(performance.now() - began).toBeGreaterThan((DRAIN_S - 1) * 1_000);
  await stopped;
  expect(porthole.exitCode).toBe(0);
});

test("without anybody connected it is seen not to be ready, and ends soon", async () => {
  const porthole = await PortholeProcess.start(["--demo"]);
  const began = performance.now();
  const stopped = porthole.stop("SIGTERM");
  const ready = async () => (await fetch(`${porthole.origin}/readyz`)).status;
  await expect.poll(ready, { intervals: [50] }).toBe(503);
  await stopped;
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(porthole.exitCode).toBe(0);
});

test("behind a proxy it is seen for the whole time, whoever is connected", async () => {
  const folder = mkdtempSync(join(tmpdir(), "porthole-test-"));
  const kubeconfig = join(folder, "config");
  const cluster = { name: "x", cluster: { server: "http://127.0.0.1:1" } };
  const context = { name: "x", context: { cluster: "x", user: "x" } };
  const config = { clusters: [cluster], contexts: [context], users: [{ name: "x", user: {} }] };
  writeFileSync(kubeconfig, JSON.stringify({ apiVersion: "v1", kind: "Config", ...config }));
  const flags = ["--kubeconfig", kubeconfig, "--behind-proxy", "--drain-seconds", "3"];
  const porthole = await PortholeProcess.start(flags);
  const began = performance.now();
  const stopped = porthole.stop("SIGTERM");
  const probe = async () =>
    (await fetch(`http://127.0.0.1:${porthole.port}/readyz`, { method: "HEAD" })).status;
  await expect.poll(probe, { intervals: [50] }).toBe(503);
  await expect.poll(() => performance.now() - began).toBeGreaterThan(2_000);
  expect(await probe()).toBe(503);
  await stopped;
  expect(performance.now() - began).toBeGreaterThan(3_000);
  rmSync(folder, { recursive: true });
});

for (const signals of [["SIGINT"], ["SIGINT", "SIGINT"], ["SIGTERM", "SIGTERM"]] as const) {
  test(`does not wait for who is connected after ${signals.join(" and ")}`, async () => {
    const porthole = await PortholeProcess.start(["--demo", "--drain-seconds", "60"]);
    const watch = await fetch(`${porthole.origin}/clusters/demo/api/v1/pods?watch=true&resourceVersion=0`, {
      headers: { authorization: `Bearer ${porthole.token}` },
    });
    const text = watch.text().catch(() => "");
    const [first, second] = signals;
    const began = performance.now();
    if (second) process.kill(porthole.pid, first);
    if (first === "SIGTERM") await expect.poll(() => porthole.stderr).toContain("not ready any more");
    await porthole.stop(second ?? first);
    expect(performance.now() - began).toBeLessThan(5_000);
    // One key of a person under npm is two signals, and the end is in order all the same.
    if (first === "SIGINT") expect([porthole.exitCode, await text]).toEqual([0, WORDS]);
  });
}
