/** One upstream of the matrix, running, as its clients see it. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { CUT_CONTEXT, type StartedPorthole, startPorthole } from "../conformance/started-porthole.ts";
import { Target } from "../conformance/target.ts";
import type { Site } from "./clients/client.ts";
import { type PodPorts, startPodPorts } from "./proofs/pod-ports.ts";
import type { RunningUpstream, Upstream } from "./upstreams.ts";

/** An upstream with a Porthole in front of it that serves TLS, and what listens in its pods. */
export class OpenSite {
  private constructor(
    readonly site: Site,
    private readonly parts: { upstream: RunningUpstream; porthole: StartedPorthole; ports: PodPorts },
  ) {}

  static async open(upstream: Upstream): Promise<OpenSite> {
    const running = await upstream.start();
    const ports = await startPodPorts();
    try {
      const { kubeconfig: file, context } = running;
      const porthole = await startPorthole({ kind: "kubeconfig", file, context });
      const { origin, token, ca, caFile, cut, folder } = porthole;
      if (typeof cut === "string" || caFile === undefined) {
        await porthole.stop();
        throw new Error(`the matrix needs openssl, and connections that it can cut: ${cut}`);
      }
      const target = new Target({ origin, token, ca, context });
      const site = {
        target,
        cuttable: { target: target.withContext(CUT_CONTEXT), cut },
        caFile,
        direct: { kubeconfig: file, context },
        folder: mkdtempSync(join(folder, "clients-")),
        webPort: ports.webPort,
        echoPort: ports.echoPort,
      };
      return new OpenSite(site, { upstream: running, porthole, ports });
    } catch (error) {
      await ports.stop();
      await running.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { upstream, porthole, ports } = this.parts;
    await porthole.stop();
    await ports.stop();
    await upstream.stop();
  }
}
