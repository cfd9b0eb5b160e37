/**
 * A real kubectl must not be able to tell the demo cluster from a cluster, nor Porthole from an API server. Each
 * test runs against the demo cluster itself and through Porthole, with the same expectations.
 */
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/run-step.mjs";
import { PortholeProcess } from "../porthole-process.ts";
import { RunningProcess } from "../running-process.ts";
import { Kubectl } from "./kubectl-process.ts";
import { referenceBinary, temporaryFolder } from "./reference-cluster.ts";
import { makeCertificate, type TestCertificate } from "./test-certificate.ts";

const MIB = 1024 * 1024;

interface Target {
  flags: string[];
  stop(): Promise<void>;
}

const TARGETS: [string, (folder: string, certificate: TestCertificate) => Promise<Target>][] = [
  ["the demo cluster itself", startDemoCluster],
  ["the demo cluster through Porthole", startPorthole],
];

async function startDemoCluster(folder: string, { cert, key }: TestCertificate): Promise<Target> {
  const kubeconfig = join(folder, "demo.kubeconfig");
  const { process: running } = await RunningProcess.start(
    [
      ...[process.execPath, "--import", "tsx", join(ROOT, "server", "demo", "standalone.ts")],
      ...["--kubeconfig", kubeconfig, "--tls-cert", cert, "--tls-key", key],
    ],
    /https:\/\/127\.0\.0\.1:\d+/,
    { cwd: ROOT },
  );
  return { flags: ["--kubeconfig", kubeconfig], stop: () => running.stop() };
}

async function startPorthole(_folder: string, { cert, key }: TestCertificate): Promise<Target> {
  const porthole = await PortholeProcess.start(["--demo", "--tls-cert", cert, "--tls-key", key]);
  const flags = [
    ...["--server", `https://127.0.0.1:${porthole.port}/clusters/demo`],
    ...["--token", porthole.token, "--certificate-authority", cert],
  ];
  return { flags, stop: () => porthole.stop() };
}

describe.each(TARGETS)("kubectl against %s", (_name, startTarget) => {
  const folder = temporaryFolder();
  let target: Target;
  let kubectl: Kubectl;

  beforeAll(async () => {
    target = await startTarget(folder.path, makeCertificate(folder.path));
    kubectl = new Kubectl(referenceBinary("kubectl"), target.flags, folder.path);
  });
  afterAll(async () => {
    await target?.stop();
    folder.remove();
  });

  it("lists the pods as a table", async () => {
    const { code, stdout, stderr } = await kubectl.run(["get", "pods"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE/);
    expect(stdout).toMatch(/^shell +1\/1 +Running/m);
    expect(stdout).toMatch(/^web +2\/2 +Running/m);
  });

  it("lists the pods of all namespaces and reads one as JSON", async () => {
    const all = await kubectl.run(["get", "pods", "--all-namespaces", "-o", "name"]);
    expect(all.stdout.split("\n")).toEqual(expect.arrayContaining(["pod/shell", "pod/web", "pod/api"]));
    const one = await kubectl.run(["get", "pod", "api", "-n", "team-a", "-o", "json"]);
    expect(JSON.parse(one.stdout)).toMatchObject({
      kind: "Pod",
      metadata: { name: "api", namespace: "team-a" },
    });
  });

  it("says that a pod is not there", async () => {
    const { code, stderr } = await kubectl.run(["get", "pod", "gone"]);
    expect(code).toBe(1);
    expect(stderr).toBe('Error from server (NotFound): pods "gone" not found\n');
  });

  it("runs a command: stdout, stderr and the exit code arrive apart", async () => {
    const result = await kubectl.run(["exec", "shell", "--", "sh", "-c", "echo out; echo err >&2; exit 42"]);
    expect(result.stdout).toBe("out\n");
    expect(result.stderr).toBe("err\ncommand terminated with exit code 42\n");
    expect(result.code).toBe(42);
  });

  it("pipes input through a command to its end", async () => {
    const input = randomBytes(2 * MIB).toString("base64");
    const { code, stdout } = await kubectl.run(["exec", "-i", "shell", "--", "sha256sum"], input);
    expect(code).toBe(0);
    expect(stdout).toBe(`${createHash("sha256").update(input).digest("hex")}  -\n`);
  });

  it("copies a large output whole", async () => {
    const command = "head -c 8388608 /dev/zero | tr '\\0' x";
    const { code, stdout } = await kubectl.run(["exec", "shell", "--", "sh", "-c", command]);
    expect(code).toBe(0);
    expect(stdout.length).toBe(8 * MIB);
  });

  it("opens a shell in a terminal", async () => {
    const input = "test -t 0 && echo is-a-$((40 + 2))-tty\nexit 7\n";
    const { code, stdout } = await kubectl.runInTerminal(["exec", "-it", "shell", "--", "sh"], input);
    expect(stdout).toContain("is-a-42-tty");
    expect(code).toBe(7);
  });

  it("follows a log", async () => {
    const first = await kubectl.run(["logs", "web", "-c", "app", "--tail", "1"]);
    expect(first.code).toBe(0);
    const { process: following } = await kubectl.start(["logs", "-f", "web", "-c", "app"], /\S.*\n/);
    await following.stop();
  });

  it("forwards a port, several connections at a time", async () => {
    const { process: forwarding, match } = await kubectl.start(
      ["port-forward", "web", ":8080"],
      /Forwarding from 127\.0\.0\.1:(\d+) -> 8080/,
    );
    try {
      const url = `http://127.0.0.1:${match[1]}/`;
      const pages = await Promise.all(Array.from({ length: 8 }, async () => (await fetch(url)).text()));
      expect(new Set(pages).size).toBe(1);
      expect(pages[0]).toContain("<html");
    } finally {
      await forwarding.stop();
    }
  });
});
