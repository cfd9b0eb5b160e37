/** Metadata as the API server writes it. */
import { randomUUID } from "node:crypto";
import type { KubeObject, ObjectMeta, OwnerReference } from "./types.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** RFC 3339 without fractions of a second, as metav1.Time. */
export function kubeTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export interface MetadataSeed {
  name: string;
  namespace?: string;
  createdAt: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  owner?: KubeObject;
}

export function metadata(seed: MetadataSeed): ObjectMeta {
  return {
    name: seed.name,
    ...(seed.namespace !== undefined && { namespace: seed.namespace }),
    uid: randomUUID(),
    resourceVersion: "",
    creationTimestamp: kubeTime(seed.createdAt),
    ...(seed.labels && { labels: seed.labels }),
    ...(seed.annotations && { annotations: seed.annotations }),
    ...(seed.owner && { ownerReferences: [ownedBy(seed.owner)] }),
  };
}

function ownedBy(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}
