/** A reference cluster with a Porthole in front of it, and both as clients see them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { kubectlFlags } from "../../conformance/kubectl-flags.ts";
import { Target } from "../../conformance/target.ts";
import { PortholeProcess } from "../../porthole-process.ts";
import {
  type Mode,
  type ReferenceCluster,
  startReferenceCluster,
  temporaryFolder,
} from "../../reference/reference-cluster.ts";
import { makeCertificate, type TestCertificate } from "../../reference/test-certificate.ts";
import { ReviewProxy } from "./review-proxy.ts";
import type { Place, Side } from "./ways.ts";

const CONTEXT = "ref";
/** It holds the token. */
const PRIVATE_FILE = 0o600;

interface Kubeconfig {
  clusters: { name: string; cluster: { server: string; "certificate-authority-data": string } }[];
  users: { name: string; user: { token: string } }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
}

export class LeavingSite {
  #locked: Promise<void> = Promise.resolve();
  #portholes = 0;

  private constructor(
    private readonly cluster: ReferenceCluster,
    private readonly folder: { path: string; remove(): void },
    private readonly certificate: TestCertificate,
    private readonly direct: Place,
    private readonly shared: PortholeProcess,
  ) {}

  static async open(mode: Mode): Promise<LeavingSite> {
    const cluster = await startReferenceCluster(mode);
    const folder = temporaryFolder();
    try {
      const certificate = makeCertificate(folder.path);
      const flags = ["--kubeconfig", cluster.kubeconfig, "--context", CONTEXT];
      const direct = { target: directTarget(cluster.kubeconfig), flags, folder: folder.path, porthole: null };
      const shared = await startPorthole(certificate, cluster.kubeconfig);
      return new LeavingSite(cluster, folder, certificate, direct, shared);
    } catch (error) {
      folder.remove();
      await cluster.stop();
      throw error;
    }
  }

  /** Whose children the processes in the containers are. */
  get clusterPid(): number {
    return this.cluster.pid;
  }

  /** @param own a Porthole that may end: `done` stops it if it has not */
  async place(side: Side, own: boolean): Promise<{ place: Place; done(): Promise<void> }> {
    if (side === "direct") return { place: this.direct, done: async () => {} };
    if (!own) return { place: this.#through(this.shared), done: async () => {} };
    const reviews = await ReviewProxy.start(this.direct.target, this.certificate);
    const porthole = await startPorthole(this.certificate, this.#kubeconfigOf(reviews));
    const done = async () => {
      await porthole.stop();
      reviews.stop();
    };
    return { place: { ...this.#through(porthole), reviews }, done };
  }

  /** One attach starts at a time. */
  async lock(subresource: "exec" | "attach"): Promise<() => void> {
    if (subresource === "exec") return () => {};
    const before = this.#locked;
    let unlock = () => {};
    this.#locked = new Promise((resolve) => {
      unlock = resolve;
    });
    await before;
    return unlock;
  }

  async close(): Promise<void> {
    await this.shared.stop();
    await this.cluster.stop();
    this.folder.remove();
  }

  #kubeconfigOf({ origin }: ReviewProxy): string {
    this.#portholes += 1;
    const file = join(this.folder.path, `reviews-${this.#portholes}.kubeconfig`);
    const cluster = { server: origin, "certificate-authority": this.certificate.cert };
    const config = {
      ...{ apiVersion: "v1", kind: "Config", "current-context": CONTEXT },
      clusters: [{ name: CONTEXT, cluster }],
      users: [{ name: CONTEXT, user: { token: this.direct.target.token } }],
      contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: CONTEXT } }],
    };
    writeFileSync(file, stringify(config), { mode: PRIVATE_FILE });
    return file;
  }

  #through(porthole: PortholeProcess): Place {
    this.#portholes += 1;
    const folder = join(this.folder.path, String(this.#portholes));
    mkdirSync(folder);
    const { cert } = this.certificate;
    const { origin, token } = porthole;
    const target = new Target({ origin, token, context: CONTEXT, ca: readFileSync(cert, "utf8") });
    return { target, flags: kubectlFlags(folder, cert, target), folder, porthole };
  }
}

function startPorthole({ cert, key }: TestCertificate, kubeconfig: string): Promise<PortholeProcess> {
  const drain = ["--drain-seconds", "1"];
  return PortholeProcess.start(["--tls-cert", cert, "--tls-key", key, ...drain], { KUBECONFIG: kubeconfig });
}

function directTarget(file: string): Target {
  const config = parse(readFileSync(file, "utf8")) as Kubeconfig;
  const context = config.contexts.find(({ name }) => name === CONTEXT)!.context;
  const { cluster } = config.clusters.find(({ name }) => name === context.cluster)!;
  const { user } = config.users.find(({ name }) => name === context.user)!;
  const ca = Buffer.from(cluster["certificate-authority-data"], "base64").toString();
  return new Target({ origin: cluster.server, token: user.token, context: null, ca });
}
