/**
 * `create` on the subresource is checked by us before every stream: API servers before 1.35 let a WebSocket, being
 * a GET, through with `get` alone (kubernetes#78741, threats.md A16). Denied when the review itself fails.
 */

import type { Verdict } from "#protocol/api.ts";
import { reviewVerdict } from "#server/kube/api/access-review.ts";
import type { Cluster } from "#server/kube/types.ts";
import { AccessError } from "./access-error.ts";

/** As the API server's own delegated authorisation caches (apiserver/pkg/server/options/authorization.go). */
const CACHE_MS = 10_000;
const MAX_CACHED = 1_000;

export type StreamSubresource = "exec" | "attach" | "portforward";

export class CreateCheck {
  readonly #verdicts = new Map<string, { verdict: Verdict; expiresAt: number }>();

  /**
   * @param pod absent for a forward whose pod is found later
   * @throws AccessError FORBIDDEN with the verb, the resource and the namespace; KubeError when the review fails
   */
  async require(
    cluster: Cluster,
    namespace: string,
    subresource: StreamSubresource,
    pod?: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const key = JSON.stringify([cluster.key, namespace, subresource, pod]);
    const known = this.#verdicts.get(key);
    let verdict = known && known.expiresAt > Date.now() ? known.verdict : null;
    if (!verdict) {
      const action = {
        namespace,
        verb: "create",
        resource: "pods",
        subresource,
        ...(pod ? { name: pod } : {}),
      };
      verdict = await reviewVerdict(cluster, action, signal);
      if (this.#verdicts.size >= MAX_CACHED) this.#verdicts.clear();
      this.#verdicts.set(key, { verdict, expiresAt: Date.now() + CACHE_MS });
    }
    if (!verdict.allowed)
      throw new AccessError(
        "FORBIDDEN",
        verdict.reason ?? `You may not create pods/${subresource} in ${namespace}.`,
      );
  }
}
