/** The clusters of the matrix: upstream Kubernetes code and the demo cluster, each as three generations of API server. */
import { join } from "node:path";
import { ROOT } from "../../scripts/run-step.mjs";
import { type Mode, startReferenceCluster, temporaryFolder } from "../reference/reference-cluster.ts";
import { makeCertificate } from "../reference/test-certificate.ts";
import { RunningProcess } from "../running-process.ts";

export const MODES: readonly Mode[] = ["legacy", "phase1", "phase2"];
/** What each mode stands for. */
export const MODE_WORDS: Record<Mode, string> = {
  legacy: "API servers before 1.29: SPDY, and the old WebSockets of kubelets",
  phase1: "1.30 to 1.35: WebSockets end at the API server",
  phase2: "1.36 and newer: WebSockets are passed through to the kubelet",
};

export interface RunningUpstream {
  kubeconfig: string;
  context: string;
  stop(): Promise<void>;
}

export interface Upstream {
  name: string;
  mode: Mode;
  start(): Promise<RunningUpstream>;
  /** A sentence when it cannot be started here. */
  missing: string | null;
}

export function upstreams(): Upstream[] {
  const missing = process.env.PORTHOLE_REFERENCE_BIN
    ? null
    : "PORTHOLE_REFERENCE_BIN names no folder with the reference cluster";
  return [
    ...MODES.map(
      (mode): Upstream => ({
        name: `reference cluster, ${mode}`,
        mode,
        missing,
        start: async () => ({ ...(await startReferenceCluster(mode)), context: "ref" }),
      }),
    ),
    ...MODES.map(
      (mode): Upstream => ({
        name: `demo cluster, ${mode}`,
        mode,
        missing: null,
        start: () => startDemoCluster(mode),
      }),
    ),
  ];
}

async function startDemoCluster(mode: Mode): Promise<RunningUpstream> {
  const folder = temporaryFolder();
  try {
    const { cert, key } = makeCertificate(folder.path);
    const kubeconfig = join(folder.path, "demo.kubeconfig");
    const { process: running } = await RunningProcess.start(
      [
        ...[process.execPath, "--import", "tsx", join(ROOT, "server", "demo", "standalone.ts")],
        ...["--kubeconfig", kubeconfig, "--tls-cert", cert, "--tls-key", key, "--mode", mode],
      ],
      /ready at https:\/\//,
      { cwd: ROOT },
    );
    return {
      kubeconfig,
      context: "demo",
      async stop() {
        await running.stop();
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}
