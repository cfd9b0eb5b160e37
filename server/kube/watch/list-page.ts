/**
 * Pages of a list, each small enough to be read whole: an answer of more bytes than a list may have is refused
 * (kube/api/api-answer.ts), and a hundred objects of 80 KiB are within that.
 */
import type { KubeList, KubeObject } from "#protocol/kube-object.ts";
import type { Cluster } from "../types.ts";

const LIST_PAGE_OBJECTS = 100;

/** One page. @param query of the list; a limit in it is replaced */
export function listPage<T extends KubeObject>(
  cluster: Pick<Cluster, "json">,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<KubeList<T>> {
  const limited = new URLSearchParams({ ...query, limit: String(LIST_PAGE_OBJECTS) });
  return cluster.json<KubeList<T>>({ method: "GET", path: `${path}?${limited}`, answer: "list", signal });
}

/** Page after page, until there are no more, or enough. */
export async function listObjects<T extends KubeObject>(
  cluster: Pick<Cluster, "json">,
  path: string,
  query: Readonly<Record<string, string>>,
  maxObjects: number,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const objects: T[] = [];
  for (let from = ""; ; ) {
    const page = await listPage<T>(cluster, path, from === "" ? query : { ...query, continue: from }, signal);
    objects.push(...(page.items ?? []));
    from = page.metadata?.continue ?? "";
    if (from === "" || objects.length >= maxObjects) return objects;
  }
}
