/** The login of a cluster, as far as the page needs it before anything has to be shown of it. */

import { apiFetch } from "#components/ui/api-client.ts";
import { lazyPart } from "#components/ui/page/lazy-part.tsx";
import { clusterSegment } from "#protocol/cluster-segment.ts";

/** Only where a program logs in, so its code comes only there. */
export const LoginStrip = lazyPart(
  "login",
  () => import("./credential-strip.tsx").then((module) => module.CredentialStrip),
  true,
);

/** A person wants the cluster read again: the login runs at once, whatever failed before. Never rejects. */
export async function retryLogin(cluster: string): Promise<void> {
  const path = `/api/clusters/${clusterSegment(cluster)}/credential`;
  await apiFetch(path, { method: "POST", body: { action: "retry" } }).catch(() => {});
}
