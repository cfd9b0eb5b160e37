import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { base64, hasOpenssl, loopbackPair, NO_OPENSSL } from "#server/kube/testing/certificates.ts";
import { configText } from "#server/kube/testing/kubeconfig.ts";
import { type Knobs, startApiServer } from "./api-server.fixture.ts";

const SCRIPT = join(import.meta.dirname, "..", "..", "scripts", "doctor.mjs");

function run(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KUBECONFIG: undefined };
    const child = spawn(process.execPath, [SCRIPT, ...args], { env });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...output }));
  });
}

async function kubeconfigOf(knobs: Knobs): Promise<string> {
  const tls = loopbackPair();
  const server = await startApiServer({ ...knobs, tls });
  const folder = mkdtempSync(join(tmpdir(), "porthole-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "config");
  const cluster = { server: server.url, "certificate-authority-data": base64(tls.cert) };
  const contexts = { here: { cluster, user: { token: "token-of-the-test" } } };
  await writeFile(file, configText(contexts, "here"));
  return file;
}

describe.skipIf(!hasOpenssl)(`npm run doctor (${NO_OPENSSL})`, () => {
  it("ends with 0 when all is well, after a line for each step and the verdict", async () => {
    const file = await kubeconfigOf({});
    const { code, stdout, stderr } = await run(["--kubeconfig", file, "--pod", "web", "--idle", "0"]);
    expect(stderr).toBe("");
    expect(stdout).toContain('The way from here to context "here", namespace default');
    expect(stdout).toMatch(/^ {2}ok {7}Exec over WebSocket/m);
    expect(stdout).toMatch(/^ {2}ok {7}Verdict {20} All is well/m);
    expect(code).toBe(0);
  });

  it("ends with 1 when a step failed; --json is for programs", async () => {
    const file = await kubeconfigOf({ websocket: { code: 502 } });
    const args = ["--kubeconfig", file, "--context", "here", "--pod", "web", "--idle", "0", "--json"];
    const { code, stdout } = await run(args);
    const steps = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(steps.at(-1)).toMatchObject({ name: "verdict", result: "warning" });
    expect(steps.filter(({ result }) => result === "failed").map(({ name }) => name)).toEqual([
      "exec-websocket",
      "tunnel",
    ]);
    expect(code).toBe(1);
  });

  it("ends with 2 and one line for what cannot be used", async () => {
    for (const args of [["--idle", "x"], ["--kubeconfig", "/nowhere/config"], ["--nonsense"]]) {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^doctor: [^\n]+\n$/);
    }
  });
});
