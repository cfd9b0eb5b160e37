/** How each client that is no page is made, and whether it is here. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { kubectlFlags } from "../../conformance/kubectl-flags.ts";
import type { Target } from "../../conformance/target.ts";
import type { MatrixClient, Site } from "./client.ts";
import { ClientNodeClient } from "./client-node-client.ts";
import { loadClientNode } from "./client-node-library.ts";
import { KubectlClient } from "./kubectl-client.ts";
import { PlainClient } from "./plain-client.ts";

export interface ClientMaker {
  /** A sentence when it cannot be tried here. */
  missing: string | null;
  make(target: Target, site: Site): MatrixClient;
}

export const plainClient: ClientMaker = { missing: null, make: (target) => new PlainClient(target) };

export interface KubectlOptions {
  env?: Record<string, string>;
  /** How it finds the cluster; absent: through Porthole. */
  flags?(site: Site): string[];
}

export function kubectl(program: string, { env, flags }: KubectlOptions = {}): ClientMaker {
  const folder = process.env.PORTHOLE_REFERENCE_BIN;
  const binary = join(folder ?? "", program);
  const there = folder !== undefined && existsSync(binary);
  return {
    missing: there ? null : `PORTHOLE_REFERENCE_BIN names no folder with ${program}`,
    make(target, site) {
      const where = flags?.(site) ?? kubectlFlags(site.folder, site.caFile, target);
      return new KubectlClient(binary, where, site.folder, env);
    },
  };
}

/** @param folder where it is installed */
export async function clientNode(folder: string): Promise<ClientMaker> {
  const library = await loadClientNode(folder);
  return {
    missing: typeof library === "string" ? library : null,
    make(target, { caFile, folder: files }) {
      if (typeof library === "string") throw new Error(library);
      const [, kubeconfig = ""] = kubectlFlags(files, caFile, target);
      return new ClientNodeClient(library, kubeconfig);
    },
  };
}
