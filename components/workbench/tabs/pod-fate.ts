/** Asks the cluster what became of a pod in which a shell was cut off, and which pod took its place. */

import { runningContainers, shellContainer } from "#components/pods/list/pod-actions.ts";
import { readPod } from "#components/pods/pod/pod.ts";
import { type Workload, workloadOf } from "#components/pods/pod/pod-workload.ts";
import type { PodFate, Successor } from "#components/terminal/session/pod-fate.ts";
import type { TerminalTarget } from "#components/terminal/session/session-api.ts";
import { ApiError, apiFetch } from "#components/ui/api-client.ts";
import { clusterSegment } from "#protocol/cluster-segment.ts";
import type { KubeList, KubePod } from "#protocol/kube-object.ts";

const HTTP_NOT_FOUND = 404;
/** A namespace with more pods than this hides the successor; its workload is in the list of pods. */
const MAX_LISTED = 500;
/** What a Deployment, a DaemonSet or a StatefulSet puts behind its name. */
const POD_SUFFIX = /^(?:[a-z0-9]{5,10}-)?[a-z0-9]{5}$|^\d+$/;

/**
 * @param since Unix milliseconds at which the shell began
 * @returns null: the pod is well, or nobody may say
 */
export async function podFate(
  target: TerminalTarget,
  since: number,
  signal: AbortSignal,
): Promise<PodFate | null> {
  const { cluster, namespace, pod, container } = target;
  const pods = `/clusters/${clusterSegment(cluster)}/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  let found: KubePod | null = null;
  try {
    found = (await apiFetch(`${pods}/${encodeURIComponent(pod)}`, { signal })) as KubePod;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== HTTP_NOT_FOUND) return null;
  }
  if (found && !isAnother(found, since)) return ofContainer(found, container, since);
  const list = await apiFetch(`${pods}?limit=${MAX_LISTED}`, { signal }).catch(() => null);
  const { items = [] } = (list ?? {}) as KubeList<KubePod>;
  return { kind: "deleted", successor: successorOf(target, found && workloadOf(found), items) };
}

/** It is being deleted, or it was made after the shell began: a StatefulSet gives a name again. */
function isAnother({ metadata }: KubePod, since: number): boolean {
  return metadata?.deletionTimestamp !== undefined || Date.parse(metadata?.creationTimestamp ?? "") > since;
}

function ofContainer({ status }: KubePod, container: string, since: number): PodFate | null {
  if (status?.reason === "Evicted") return { kind: "evicted", words: status.message ?? "" };
  const found = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find((entry) => entry.name === container);
  const ended = found?.state?.terminated ?? found?.lastState?.terminated;
  // An end before this shell began is another one's. The cluster's clock counts whole seconds.
  if (!ended || !(Date.parse(ended.finishedAt ?? "") >= since - 1_000)) return null;
  if (ended.reason === "OOMKilled") return { kind: "out-of-memory" };
  return {
    kind: "container-ended",
    words: `${ended.reason ?? "Ended"}, exit code ${ended.exitCode ?? "unknown"}`,
  };
}

function successorOf(target: TerminalTarget, workload: Workload | null, items: KubePod[]): Successor | null {
  const candidates = items
    .filter((item) => item.metadata?.deletionTimestamp === undefined)
    .map(readPod)
    .filter((pod) => pod !== null)
    .filter((pod) => pod.workload.name !== "" && runningContainers(pod).length > 0)
    .filter((pod) => (workload ? isSame(pod.workload, workload) : mayOwn(pod.workload, target.pod)))
    .sort((a, b) => b.createdAt - a.createdAt);
  const [newest] = candidates;
  if (!newest) return null;
  const containers = runningContainers(newest);
  const container = containers.includes(target.container) ? target.container : shellContainer(newest);
  return { pod: newest.name, container, containers };
}

function isSame(a: Workload, b: Workload): boolean {
  return a.kind === b.kind && a.name === b.name;
}

/** The pod is gone, and only its name is left to go by. */
function mayOwn({ name }: Workload, pod: string): boolean {
  return pod.startsWith(`${name}-`) && POD_SUFFIX.test(pod.slice(name.length + 1));
}
