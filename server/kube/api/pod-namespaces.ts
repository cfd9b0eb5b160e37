/**
 * In which namespaces pods may be listed, for a person who may not list those of all: asked of the API server for each
 * (SelfSubjectAccessReview), because one answer about rules (SelfSubjectRulesReview) is for one namespace as well, and
 * may be incomplete.
 */
import type { PodNamespaces } from "#protocol/api.ts";
import type { KubeList, KubeObject } from "#protocol/kube-object.ts";
import { MemoryStore } from "#server/state/expiring-store.ts";
import type { Cluster } from "../types.ts";
import { selfSubjectAccessReview } from "./access-review.ts";

/** Each costs the API server a question; a person who has more types the name. */
const MAX_REVIEWED = 100;
const REVIEWS_AT_ONCE = 8;
const FRESH_MS = 30_000;
const MAX_CLUSTERS = 200;

export class PodNamespaceFinder {
  readonly #known = new MemoryStore<PodNamespaces>({ maxEntries: MAX_CLUSTERS });

  /** @throws KubeError when the API server answers no question at all */
  async find(cluster: Cluster, signal: AbortSignal): Promise<PodNamespaces> {
    const known = this.#known.get(cluster.key);
    if (known) return known;
    const found = await this.#ask(cluster, signal);
    this.#known.put(cluster.key, found, FRESH_MS);
    return found;
  }

  async #ask(cluster: Cluster, signal: AbortSignal): Promise<PodNamespaces> {
    if (await mayList(cluster, "", signal)) return { all: true, namespaces: [], refused: [] };
    // Without the right to this list the names are not known, and are typed.
    const names = await namesOf(cluster, signal).catch(() => []);
    const allowed = new Set<string>();
    const waiting = [...names];
    const askNext = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
        if (await mayList(cluster, name, signal)) allowed.add(name);
    };
    await Promise.all(Array.from({ length: REVIEWS_AT_ONCE }, askNext));
    return {
      all: false,
      namespaces: names.filter((name) => allowed.has(name)),
      refused: names.filter((name) => !allowed.has(name)),
    };
  }
}

/** The context's own namespace first: where there are more than are asked about, it is the likeliest. */
async function namesOf(cluster: Cluster, signal: AbortSignal): Promise<string[]> {
  const path = `/api/v1/namespaces?limit=${MAX_REVIEWED}`;
  const { items } = await cluster.json<KubeList<KubeObject>>({ method: "GET", path, signal });
  const listed = (Array.isArray(items) ? items : []).map((item) => item?.metadata?.name);
  const names = listed.filter((name) => typeof name === "string" && name !== "") as string[];
  return [...new Set([cluster.namespace, ...names])].slice(0, MAX_REVIEWED);
}

async function mayList(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<boolean> {
  const action = { namespace, verb: "list", resource: "pods" };
  return (await selfSubjectAccessReview(cluster, action, signal)).allowed;
}
