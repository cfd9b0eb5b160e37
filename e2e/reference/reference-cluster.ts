/** The reference cluster (upstream Kubernetes code, not ours) in one of its modes, and the kubectls beside it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunningProcess } from "../running-process.ts";

export type Mode = "legacy" | "phase1" | "phase2";

const READY_TIMEOUT_MS = 20_000;
const ASK_AGAIN_MS = 50;

export interface ReferenceCluster {
  kubeconfig: string;
  pid: number;
  stop(): Promise<void>;
}

/** A binary of the folder that PORTHOLE_REFERENCE_BIN names. */
export function referenceBinary(name: "refcluster" | "kubectl" | "kubectl-1.20"): string {
  const folder = process.env.PORTHOLE_REFERENCE_BIN;
  if (!folder) {
    throw new Error(
      "PORTHOLE_REFERENCE_BIN must name the folder with refcluster and kubectl (see CONTRIBUTING.md)",
    );
  }
  const path = join(folder, name);
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  return path;
}

export async function startReferenceCluster(mode: Mode): Promise<ReferenceCluster> {
  const folder = temporaryFolder();
  const kubeconfig = join(folder.path, "kubeconfig");
  const port = await freePort();
  const { process: running } = await RunningProcess.start(
    [referenceBinary("refcluster"), "-mode", mode, "-addr", `127.0.0.1:${port}`, "-kubeconfig", kubeconfig],
    /refcluster mode=/,
  );
  const stop = async () => {
    await running.stop();
    folder.remove();
  };
  try {
    // The line above is printed just before it listens.
    await untilAnswers(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubeconfig, pid: running.pid, stop };
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function untilAnswers(port: number): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (Date.now() > deadline) throw new Error(`the reference cluster does not answer on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      { host: "127.0.0.1", port, path: "/version", rejectUnauthorized: false },
      (response) => {
        response.resume();
        resolve(true);
      },
    );
    asked.once("error", () => resolve(false));
    asked.end();
  });
}

/** What a process holds in memory now, in bytes (Linux). */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

/** A folder of its own for a test; the test removes it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "porthole-reference-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
