/** A kubeconfig for the demo cluster: contexts `demo`, `demo-viewer`, `demo-getter` and `demo-creator`. */

import { contextOf, USER_NAMES } from "./api/users.ts";
import type { DemoCluster } from "./demo-cluster.ts";

/** JSON is YAML, so no value needs quoting of its own. @param caPem the certificate to trust, with TLS */
export function kubeconfigText(cluster: Pick<DemoCluster, "url" | "tokens">, caPem?: string): string {
  const authority = caPem && { "certificate-authority-data": Buffer.from(caPem).toString("base64") };
  const users = USER_NAMES.map((user) => ({ context: contextOf(user), user, token: cluster.tokens[user] }));
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "demo", cluster: { server: cluster.url, ...authority } }],
    users: users.map(({ user, token }) => ({ name: user, user: { token } })),
    contexts: users.map(({ context, user }) => ({
      name: context,
      context: { cluster: "demo", user, namespace: "default" },
    })),
    "current-context": "demo",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
