/** One list of pods, page by page. */
import { apiFetch } from "#components/ui/api-client.ts";
import type { KubePodList } from "../pod/kube-pod.ts";
import { type Pod, readPod } from "../pod/pod.ts";

const PAGE_PODS = 500;
/** A list is held in memory; beyond this the page says that it shows a part. */
export const MAX_PODS = 20_000;

export interface PodListing {
  pods: Map<string, Pod>;
  /** Where a watch has to begin so that nothing between is missed. */
  resourceVersion: string;
  /** There are more than MAX_PODS. */
  cut: boolean;
}

/** The path below which pods are listed and watched; null means every namespace. */
export function podsPath(base: string, cluster: string, namespace: string | null): string {
  const api = `${base}/clusters/${encodeURIComponent(cluster)}/api/v1`;
  return namespace === null ? `${api}/pods` : `${api}/namespaces/${encodeURIComponent(namespace)}/pods`;
}

/** Reads all pages. `onPage` sees what is known so far. Rejects with ApiError. */
export async function listPods(
  path: string,
  signal: AbortSignal,
  onPage: (pods: Map<string, Pod>) => void,
): Promise<PodListing> {
  const pods = new Map<string, Pod>();
  let from = "";
  for (;;) {
    const query = new URLSearchParams({ limit: String(PAGE_PODS) });
    if (from !== "") query.set("continue", from);
    const list = (await apiFetch(`${path}?${query}`, { signal })) as KubePodList;
    for (const item of list.items ?? []) {
      const pod = readPod(item);
      if (pod) pods.set(pod.key, pod);
    }
    from = list.metadata?.continue ?? "";
    const cut = from !== "" && pods.size >= MAX_PODS;
    if (from === "" || cut) {
      return { pods, resourceVersion: list.metadata?.resourceVersion ?? "", cut };
    }
    onPage(pods);
  }
}
