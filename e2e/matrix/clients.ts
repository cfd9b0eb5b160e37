/** The rows of the matrix: every client, and how it does each operation. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { kubectlFlags } from "../conformance/kubectl-flags";
import type { Target } from "../conformance/target";
import type { Operation } from "./cell";
import type { MatrixClient, Site } from "./client";
import { ClientNodeClient } from "./client-node-client";
import { loadClientNode } from "./client-node-library";
import { provePipe, proveTerminal } from "./exec-proofs";
import { KubectlClient } from "./kubectl-client";
import { proveAttach, proveCopy, provePortForward } from "./other-proofs";
import { PageClient } from "./page-client";
import { PlainClient } from "./plain-client";

/** A proof, or a sentence when the client has no such operation. */
export type Proof = ((bytes: number) => Promise<void>) | string;

export interface OpenClient {
  proofs: Record<Operation, Proof>;
  stop(): Promise<void>;
}

export interface ClientRow {
  name: string;
  /** It speaks SPDY alone. */
  spdy: boolean;
  /** A sentence when it cannot be tried here. */
  missing: string | null;
  open(site: Site): Promise<OpenClient>;
}

const NOT_IN_THE_PAGE = "the page has no such thing";

/** @param clientNodeFolder where @kubernetes/client-node is installed */
export async function clientRows(clientNodeFolder: string): Promise<ClientRow[]> {
  const library = await loadClientNode(clientNodeFolder);
  return [
    { name: "Porthole's page", spdy: false, missing: null, open: openPage },
    {
      name: "plain v5 client",
      spdy: false,
      missing: null,
      open: common((target) => new PlainClient(target)),
    },
    kubectlRow("kubectl 1.36", "kubectl", false),
    kubectlRow("kubectl 1.20", "kubectl-1.20", true),
    {
      name: "client-node",
      spdy: false,
      missing: typeof library === "string" ? library : null,
      open: common((target, { caFile, folder }) => {
        if (typeof library === "string") throw new Error(library);
        const [, kubeconfig = ""] = kubectlFlags(folder, caFile, target);
        return new ClientNodeClient(library, kubeconfig);
      }),
    },
  ];
}

function kubectlRow(name: string, program: string, spdy: boolean): ClientRow {
  const folder = process.env.PORTHOLE_REFERENCE_BIN;
  const binary = join(folder ?? "", program);
  const there = folder !== undefined && existsSync(binary);
  return {
    name,
    spdy,
    missing: there ? null : `PORTHOLE_REFERENCE_BIN names no folder with ${program}`,
    open: common(
      (target, site) =>
        new KubectlClient(binary, kubectlFlags(site.folder, site.caFile, target), site.folder),
    ),
  };
}

function common(make: (target: Target, site: Site) => MatrixClient): ClientRow["open"] {
  return async (site) => {
    const client = make(site.target, site);
    const cuttable = { client: make(site.cuttable.target, site), cut: site.cuttable.cut };
    return {
      proofs: {
        "exec, terminal": (bytes) => proveTerminal(client, cuttable, bytes),
        "exec, pipe": (bytes) => provePipe(client, cuttable, bytes),
        attach: () => proveAttach(client),
        "port-forward": (bytes) => provePortForward(client, site, bytes),
        cp: (bytes) => proveCopy(client, site, bytes),
      },
      stop: async () => {},
    };
  };
}

async function openPage(site: Site): Promise<OpenClient> {
  const page = await PageClient.start(site);
  return {
    proofs: {
      "exec, terminal": (bytes) => page.proveTerminal(bytes),
      "exec, pipe": NOT_IN_THE_PAGE,
      attach: NOT_IN_THE_PAGE,
      "port-forward": (bytes) => page.provePortForward(bytes),
      cp: NOT_IN_THE_PAGE,
    },
    stop: () => page.stop(),
  };
}
