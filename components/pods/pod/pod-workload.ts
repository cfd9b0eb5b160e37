/** Which workload a pod belongs to, from its owner alone: reading ReplicaSets and Jobs would need more rights. */
import type { KubePod } from "#protocol/kube-object.ts";

export interface Workload {
  /** "Deployment", "StatefulSet", ...; "Static pods" and "Single pods" where there is none. */
  kind: string;
  /** Empty where there is none. */
  name: string;
}

/** A CronJob names its Jobs after the minute they were due, in minutes since 1970. */
const SCHEDULED_JOB = /^(.+)-\d{8,10}$/;
const HASH_LABEL = "pod-template-hash";

export function workloadOf(pod: KubePod): Workload {
  const owner = pod.metadata?.ownerReferences?.find((reference) => reference.controller);
  if (!owner?.kind || !owner.name) return { kind: "Single pods", name: "" };
  if (owner.kind === "Node") return { kind: "Static pods", name: "" };
  if (owner.kind === "ReplicaSet") {
    const hash = pod.metadata?.labels?.[HASH_LABEL];
    if (hash && owner.name.endsWith(`-${hash}`)) {
      return { kind: "Deployment", name: owner.name.slice(0, -hash.length - 1) };
    }
  }
  if (owner.kind === "Job") {
    const cronJob = SCHEDULED_JOB.exec(owner.name)?.[1];
    if (cronJob) return { kind: "CronJob", name: cronJob };
  }
  return { kind: owner.kind, name: owner.name };
}

/** Where the part of a pod's name begins that the cluster made up: the hash and the five random letters, or "-0". */
export function suffixStart(name: string, workload: Workload, generateName?: string): number {
  if (workload.name !== "" && name.startsWith(`${workload.name}-`)) return workload.name.length;
  if (generateName && name.startsWith(generateName)) return generateName.replace(/-$/, "").length;
  return name.length;
}
