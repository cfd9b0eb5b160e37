/** Who reads slowly: the clients of the matrix, and kubectl without Porthole beside them. */
import type { Site } from "./clients/client.ts";
import { type ClientMaker, clientNode, kubectl, plainClient } from "./clients/client-makers.ts";
import { PageClient } from "./clients/page-client.ts";
import { proveSlowPageForward, proveSlowPageInput, proveSlowPageOutput } from "./proofs/page-slow-proofs.ts";
import {
  proveSlowForward,
  proveSlowInput,
  proveSlowOutput,
  SLOW_BYTES,
  type SlowProof,
  type SlowProofName,
} from "./proofs/slow-proofs.ts";

export interface OpenSlowClient {
  proofs: Record<SlowProofName, SlowProof>;
  stop(): Promise<void>;
}

export interface SlowRow {
  name: string;
  /** A sentence when it cannot be tried here. */
  missing: string | null;
  /** Words of ends that are not Porthole's doing. */
  ownEnds: Partial<Record<SlowProofName, RegExp>>;
  open(site: Site): Promise<OpenSlowClient>;
}

/** kubectl judges a WebSocket by pongs alone, and reads none while its output waits; a write of it may take 60 s. */
const OWN_LIMITS = { "exec, output": /i\/o timeout/, "exec, input": /write tcp .*i\/o timeout/ };
/** Porthole has no part in it. */
const ANY = { "exec, output": /^/, "exec, input": /^/, "port-forward": /^/ };
const SPDY_ENV = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false", KUBECTL_PORT_FORWARD_WEBSOCKETS: "false" };

/** @param clientNodeFolder where @kubernetes/client-node is installed */
export async function slowRows(clientNodeFolder: string): Promise<SlowRow[]> {
  const direct = kubectl("kubectl", {
    flags: ({ direct: { kubeconfig, context } }) => ["--kubeconfig", kubeconfig, "--context", context],
  });
  const spdy = kubectl("kubectl", { env: SPDY_ENV });
  return [
    { name: "Porthole's page", missing: null, ownEnds: {}, open: openPage },
    { name: "plain v5 client", ownEnds: {}, ...common(plainClient) },
    { name: "kubectl 1.36", ownEnds: OWN_LIMITS, ...common(kubectl("kubectl")) },
    { name: "kubectl 1.36 with SPDY", ownEnds: {}, ...common(spdy) },
    { name: "kubectl 1.36 without Porthole", ownEnds: ANY, ...common(direct) },
    { name: "kubectl 1.20", ownEnds: {}, ...common(kubectl("kubectl-1.20")) },
    { name: "client-node", ownEnds: {}, ...common(await clientNode(clientNodeFolder)) },
  ];
}

function common({ missing, make }: ClientMaker): Pick<SlowRow, "missing" | "open"> {
  return {
    missing,
    async open(site) {
      const client = make(site.target, site);
      return {
        proofs: {
          "exec, output": (ms) => proveSlowOutput(client, ms),
          "exec, input": (ms) => proveSlowInput(client, ms),
          "port-forward": (ms) => proveSlowForward(client, site, ms),
        },
        stop: async () => {},
      };
    },
  };
}

async function openPage(site: Site): Promise<OpenSlowClient> {
  const page = await PageClient.start(site);
  return {
    proofs: {
      "exec, output": (ms) => proveSlowPageOutput(page, ms),
      "exec, input": (ms) => proveSlowPageInput(page, ms),
      "port-forward": (ms) => proveSlowPageForward(page, SLOW_BYTES, ms),
    },
    stop: () => page.stop(),
  };
}
