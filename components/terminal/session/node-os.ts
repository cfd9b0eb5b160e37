/** Which system a pod's node runs, for the many pods whose spec does not say. Asked only when no shell was found. */

import { apiFetch } from "#components/ui/api-client.ts";
import { clusterSegment } from "#protocol/cluster-segment.ts";
import type { KubeObject, KubePod } from "#protocol/kube-object.ts";

/** It stands between a person and the next attempt. */
const ANSWER_TIMEOUT_MS = 5_000;

interface KubeNode extends KubeObject {
  status?: { nodeInfo?: { operatingSystem?: string } };
}

interface PodPlace {
  cluster: string;
  namespace: string;
  pod: string;
}

/** Without the right to read nodes there is simply no hint. */
export async function nodeIsWindows({ cluster, namespace, pod }: PodPlace): Promise<boolean> {
  const core = `/clusters/${clusterSegment(cluster)}/api/v1`;
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const read = (path: string) => apiFetch(`${core}/${path}`, { signal });
  try {
    const pods = `namespaces/${encodeURIComponent(namespace)}/pods`;
    const { spec } = (await read(`${pods}/${encodeURIComponent(pod)}`)) as KubePod;
    if (!spec?.nodeName) return false;
    const { metadata, status } = (await read(`nodes/${encodeURIComponent(spec.nodeName)}`)) as KubeNode;
    const labels = metadata?.labels ?? {};
    const named = labels["kubernetes.io/os"] ?? labels["beta.kubernetes.io/os"];
    return (named ?? status?.nodeInfo?.operatingSystem) === "windows";
  } catch {
    return false;
  }
}
