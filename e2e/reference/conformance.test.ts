/**
 * The conformance suite as a person would run it, in a short version: against upstream Kubernetes code, and against the
 * demo cluster. What upstream does decides; the suite is written for any cluster and knows neither.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenOnLoopback } from "#server/testing/loopback.ts";
import { ROOT } from "../../scripts/run-step.mjs";
import { runCheck } from "../conformance/check.ts";
import { type OpenConformance, openConformance } from "../conformance/open-conformance.ts";
import { type Options, readOptions } from "../conformance/options.ts";
import { SUITE } from "../conformance/suite.ts";
import { type PodPorts, startPodPorts } from "../matrix/proofs/pod-ports.ts";
import { runProgram } from "../run-program.ts";
import { type ReferenceCluster, referenceBinary, startReferenceCluster } from "./reference-cluster.ts";

const SHORT = ["--transfer-mib", "1", "--slow-seconds", "1"];

const SUBJECTS: [string, () => Promise<{ flags: string[]; stop(): Promise<void> }>][] = [
  ["the reference cluster, phase1", startReference],
  ["the demo cluster", async () => ({ flags: ["--demo"], stop: async () => {} })],
];

async function startReference() {
  const cluster: ReferenceCluster = await startReferenceCluster("phase1");
  // A forwarded port of its pods is that port of this machine.
  const ports: PodPorts = await startPodPorts();
  return {
    flags: [
      ...["--kubeconfig", cluster.kubeconfig, "--context", "ref"],
      ...["--web-port", String(ports.webPort), "--echo-port", String(ports.echoPort)],
    ],
    async stop() {
      await ports.stop();
      await cluster.stop();
    },
  };
}

describe.each(SUBJECTS)("conformance of %s", (_name, start) => {
  let subject: Awaited<ReturnType<typeof start>>;
  let opened: OpenConformance;

  beforeAll(async () => {
    subject = await start();
    const flags = [...subject.flags, ...SHORT, "--kubectl", referenceBinary("kubectl")];
    opened = await openConformance(readOptions(flags, ROOT) as Options);
  });
  afterAll(async () => {
    await opened?.stop();
    await subject?.stop();
  });

  for (const check of SUITE) {
    it(check.title, async ({ skip }) => {
      const outcome = await runCheck(check, opened.conformance);
      if (outcome.kind === "skipped") skip(outcome.reason);
      if (outcome.kind === "failed") throw new Error(`${outcome.reason} (from ${check.source})`);
    });
  }
});

describe("npm run conformance", () => {
  const run = (...flags: string[]) =>
    runProgram([process.execPath, "scripts/run-sources.mjs", "e2e/conformance/main.ts", ...flags]);

  it("says of each check what it found, counts, and ends with status 0", async () => {
    const { code, stdout } = await run("--demo", "--only", "exit code", ...SHORT);
    expect(stdout).toMatch(/^ok {6}exec: exit code 137 is told$/m);
    expect(stdout).toMatch(/^\d+ skipped\n\d+ passed, 0 failed\n$/m);
    expect(code).toBe(0);
  });

  it("names the pods that are missing and how they are made", async () => {
    const empty = await listenOnLoopback({
      request: (_request, response) => {
        response.statusCode = 404;
        response.end("{}");
      },
    });
    try {
      const { code, stderr } = await run("--api-server", empty.origin, "--token", "any-token");
      expect(stderr).toContain("default/shell, default/web, team-a/api");
      expect(stderr).toContain("kubectl apply -f e2e/conformance/pods.yaml");
      expect(code).toBe(2);
    } finally {
      await empty.close();
    }
  });

  it("says what is wrong with its flags, with status 2", async () => {
    const { code, stderr } = await run("--demo", "--porthole", "http://127.0.0.1:1");
    expect(stderr).toBe("give one of --kubeconfig, --demo, --porthole and --api-server\n");
    expect(code).toBe(2);
  });
});
