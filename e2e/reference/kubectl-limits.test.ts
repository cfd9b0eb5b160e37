/** Where real kubectls meet an end that is not their command's: the longest command line, and an API server that dies. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { PortholeProcess } from "../porthole-process.ts";
import { Kubectl } from "./kubectl-process.ts";
import {
  type Mode,
  type ReferenceCluster,
  referenceBinary,
  startReferenceCluster,
  temporaryFolder,
} from "./reference-cluster.ts";
import { makeCertificate } from "./test-certificate.ts";

const KUBECTLS = ["kubectl", "kubectl-1.20"] as const;
/** Linux takes 128 KiB in one argument. */
const LONG_CHARS = 120_000;

const cleanUps: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A kubectl at the cluster, and one at a Porthole in front of it. */
async function start(mode: Mode, program: (typeof KUBECTLS)[number]) {
  const cluster: ReferenceCluster = await startReferenceCluster(mode);
  cleanUps.push(() => cluster.stop());
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  const { cert, key } = makeCertificate(folder.path);
  const flags = ["--kubeconfig", cluster.kubeconfig, "--tls-cert", cert, "--tls-key", key];
  const porthole = await PortholeProcess.start(flags);
  cleanUps.push(() => porthole.stop());
  const binary = referenceBinary(program);
  const server = [`--server=${porthole.origin}/clusters/ref`, `--token=${porthole.token}`];
  const direct = ["--kubeconfig", cluster.kubeconfig, "--context", "ref"];
  return {
    cluster,
    folder: folder.path,
    direct: new Kubectl(binary, direct, folder.path),
    through: new Kubectl(binary, [...server, `--certificate-authority=${cert}`], folder.path),
  };
}

describe.each(KUBECTLS)("%s", (program) => {
  it.each(["legacy", "phase1", "phase2"] as const)(
    "runs a command of 120 000 characters on %s, with Porthole as without",
    async (mode) => {
      const { direct, through } = await start(mode, program);
      const word = "y".repeat(LONG_CHARS);
      const args = ["exec", "shell", "--", "sh", "-c", 'printf %s "$1" | wc -c; exit 7', "sh", word];
      const [one, other] = [await direct.run(args), await through.run(args)];
      expect({ code: one.code, stdout: one.stdout }).toEqual({ code: 7, stdout: `${LONG_CHARS}\n` });
      expect({ code: other.code, stdout: other.stdout }).toEqual({ code: 7, stdout: `${LONG_CHARS}\n` });
    },
  );

  it("shows why a command longer than that is refused", async () => {
    const { through } = await start("phase1", program);
    const words = Array.from({ length: 11 }, () => "y".repeat(LONG_CHARS));
    const { code, stderr } = await through.run(["exec", "shell", "--", "echo", ...words]);
    expect(code).toBe(1);
    expect(stderr).toContain("larger than 1024 KiB");
  });
});

describe("an API server before 1.29 that dies under a command", () => {
  it("is exit 0 to a kubectl, and an error to the same one through Porthole", async () => {
    const { cluster, direct, through, folder } = await start("legacy", "kubectl");
    // The containers' processes are of this machine.
    const files = ["direct", "through"].map((name) => join(folder, name));
    const runs = [direct, through].map((kubectl, index) =>
      kubectl.run(["exec", "shell", "--", "sh", "-c", `touch '${files[index]}'; sleep 5`]),
    );
    await expect.poll(() => files.every((file) => existsSync(file)), { timeout: 20_000 }).toBe(true);
    process.kill(cluster.pid, "SIGKILL");
    const [one, other] = await Promise.all(runs);
    expect(one).toMatchObject({ code: 0, stderr: "" });
    expect(other!.code).toBe(1);
    expect(other!.stderr).toContain("no exit status was received");
  });
});
