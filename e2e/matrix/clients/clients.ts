/** The rows of the matrix: every client, and how it does each operation. */
import type { Operation } from "../cell.ts";
import { provePipe, proveTerminal } from "../proofs/exec-proofs.ts";
import { proveAttach, proveCopy, provePortForward } from "../proofs/other-proofs.ts";
import type { Site } from "./client.ts";
import { type ClientMaker, clientNode, kubectl, plainClient } from "./client-makers.ts";
import { PageClient } from "./page-client.ts";

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
  return [
    { name: "Porthole's page", spdy: false, missing: null, open: openPage },
    { name: "plain v5 client", spdy: false, ...common(plainClient) },
    { name: "kubectl 1.36", spdy: false, ...common(kubectl("kubectl")) },
    { name: "kubectl 1.20", spdy: true, ...common(kubectl("kubectl-1.20")) },
    { name: "client-node", spdy: false, ...common(await clientNode(clientNodeFolder)) },
  ];
}

function common({ missing, make }: ClientMaker): Pick<ClientRow, "missing" | "open"> {
  return {
    missing,
    async open(site) {
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
    },
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
