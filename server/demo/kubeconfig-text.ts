/** A kubeconfig for the demo cluster: contexts `demo`, `demo-viewer`, `demo-getter` and `demo-creator`. */

import type { DemoCluster } from "./demo-cluster.ts";

/** JSON is YAML, so no value needs quoting of its own. @param caPem the certificate to trust, with TLS */
export function kubeconfigText(cluster: Pick<DemoCluster, "url" | "contexts">, caPem?: string): string {
  const authority = caPem && { "certificate-authority-data": Buffer.from(caPem).toString("base64") };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "demo", cluster: { server: cluster.url, ...authority } }],
    users: cluster.contexts.map(({ user, token }) => ({ name: user, user: { token } })),
    contexts: cluster.contexts.map(({ name, user }) => ({
      name,
      context: { cluster: "demo", user, namespace: "default" },
    })),
    "current-context": "demo",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
