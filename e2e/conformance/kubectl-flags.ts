/** How a kubectl finds a target: by a kubeconfig, so that the token is on no command line. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Target } from "./target.ts";

/** It holds the token. */
const PRIVATE_FILE = 0o600;

/** @param folder for the file @param caFile kubectl sends its token over TLS only */
export function kubectlFlags(folder: string, caFile: string, target: Target): string[] {
  const file = join(folder, `kubectl-${encodeURIComponent(target.context ?? "api-server")}.kubeconfig`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "porthole",
    clusters: [
      {
        name: "porthole",
        cluster: { server: `${target.origin}${target.prefix}`, "certificate-authority": caFile },
      },
    ],
    users: [{ name: "porthole", user: { token: target.token } }],
    contexts: [{ name: "porthole", context: { cluster: "porthole", user: "porthole" } }],
  };
  writeFileSync(file, stringify(config), { mode: PRIVATE_FILE });
  return ["--kubeconfig", file];
}
