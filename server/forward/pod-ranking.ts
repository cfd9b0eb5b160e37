/**
 * Which pod of a service or workload serves a forward. The order is kubectl's (kubectl/pkg/util/podutils
 * ActivePods), with two differences: only pods that run are candidates, and the pod in use wins while it is
 * ready, so that one page does not get its parts from several pods.
 */
import type { ContainerSpec, KubePod } from "#protocol/kube-object.ts";

/** The best running pod, or undefined. */
export function bestPod(pods: readonly KubePod[], currentUid: string | null): KubePod | undefined {
  return pods
    .filter((pod) => pod.status?.phase === "Running")
    .sort((a, b) => compare(a, b, currentUid))
    .at(0);
}

function isReady(pod: KubePod): boolean {
  return readyCondition(pod)?.status === "True";
}

/** What choosing a pod and its port reads, so that a watched pod takes little memory. */
export function essentials({ metadata, spec, status }: KubePod): KubePod {
  const ports = (containers: ContainerSpec[] = []) => containers.map((one) => ({ ports: one.ports }));
  return {
    metadata: {
      name: metadata?.name,
      uid: metadata?.uid,
      creationTimestamp: metadata?.creationTimestamp,
      deletionTimestamp: metadata?.deletionTimestamp,
    },
    spec: { containers: ports(spec?.containers), initContainers: ports(spec?.initContainers) },
    status: {
      phase: status?.phase,
      conditions: status?.conditions?.filter(({ type }) => type === "Ready"),
      containerStatuses: status?.containerStatuses?.map(({ restartCount }) => ({ restartCount })),
    },
  };
}

/** Negative: `a` is better. */
function compare(a: KubePod, b: KubePod, currentUid: string | null): number {
  return (
    order(isReady(a), isReady(b)) ||
    order(!a.metadata?.deletionTimestamp, !b.metadata?.deletionTimestamp) ||
    order(a.metadata?.uid === currentUid, b.metadata?.uid === currentUid) ||
    time(readyCondition(a)?.lastTransitionTime) - time(readyCondition(b)?.lastTransitionTime) ||
    restarts(a) - restarts(b) ||
    time(a.metadata?.creationTimestamp) - time(b.metadata?.creationTimestamp)
  );
}

function order(a: boolean, b: boolean): number {
  return Number(b) - Number(a);
}

function readyCondition(pod: KubePod) {
  return pod.status?.conditions?.find((condition) => condition.type === "Ready");
}

/** A missing or broken time counts as newest: nothing says the pod has proved itself. */
function time(stamp: string | undefined): number {
  const parsed = stamp ? Date.parse(stamp) : Number.NaN;
  return Number.isNaN(parsed) ? Number.MAX_SAFE_INTEGER : parsed;
}

function restarts(pod: KubePod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount ?? 0));
}
