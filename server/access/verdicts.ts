/**
 * What API servers lately said about rights. `create` on the subresource is asked by us before every stream: API
 * servers before 1.35 let a WebSocket, being a GET, through with `get` alone (kubernetes#78741, docs/threats.md A16).
 */
import type { Verdict } from "#protocol/api.ts";
import { reviewVerdict } from "#server/kube/api/access-review.ts";
import type { Cluster } from "#server/kube/types.ts";
import { MemoryStore } from "#server/state/expiring-store.ts";
import type { Right } from "./grant.ts";

/** As the API server's own delegated authorisation caches (apiserver/pkg/server/options/authorization.go). */
const CACHE_MS = 10_000;
const MAX_CACHED = 1_000;

/** A verdict, and since when it is known to hold. */
export interface DatedVerdict {
  verdict: Verdict;
  /** When it was asked for, by performance.now(): the API server decided then or later. */
  askedAt: number;
}

export class Verdicts {
  readonly #known = new MemoryStore<DatedVerdict>({
    maxEntries: MAX_CACHED,
    // The wall clock may be set; a yes must not last longer for it.
    now: () => performance.now(),
  });

  /**
   * One that is at most CACHE_MS old.
   * @throws KubeError when the API server does not answer the question
   */
  async recent(cluster: Cluster, right: Right, signal?: AbortSignal): Promise<DatedVerdict> {
    return this.#known.get(questionKey(cluster, right)) ?? (await this.fresh(cluster, right, signal));
  }

  /** One that is asked for now, whatever is known. @throws KubeError */
  async fresh(cluster: Cluster, right: Right, signal?: AbortSignal): Promise<DatedVerdict> {
    const askedAt = performance.now();
    // Before the answer: the credential may be another by then, and the yes was not to that one.
    const key = questionKey(cluster, right);
    const verdict = await reviewVerdict(cluster, right, signal);
    const dated = { verdict, askedAt };
    const lifeMs = askedAt + CACHE_MS - performance.now();
    // A slow answer may come after that to a later question.
    const isNewest = (this.#known.get(key)?.askedAt ?? 0) <= askedAt;
    if (isNewest && lifeMs > 0) this.#known.put(key, dated, lifeMs);
    return dated;
  }
}

/** Equal for equal questions: the view of the API server, and all that it is asked. */
export function questionKey(cluster: Cluster, right: Right): string {
  const { namespace, verb, group = "", resource, subresource = "", name = "" } = right;
  return JSON.stringify([cluster.key, namespace, verb, group, resource, subresource, name]);
}
