/** Builds the controllers that own pods. */
import { kubeTime, type MetadataSeed, metadata } from "./metadata.ts";
import { buildContainer, type ContainerSeed } from "./pods.ts";
import type { Service, ServicePort, Workload } from "./types.ts";

export interface WorkloadSeed extends MetadataSeed {
  namespace: string;
  labels: Record<string, string>;
  containers: ContainerSeed[];
  replicas: number;
  ready: number;
}

export function buildDeployment(seed: WorkloadSeed): Workload {
  return {
    ...workload("apps/v1", "Deployment", seed),
    status: {
      observedGeneration: 1,
      replicas: seed.replicas,
      updatedReplicas: seed.replicas,
      readyReplicas: seed.ready,
      availableReplicas: seed.ready,
      ...(seed.ready < seed.replicas && { unavailableReplicas: seed.replicas - seed.ready }),
      conditions: [
        {
          type: "Available",
          status: seed.ready === seed.replicas ? "True" : "False",
          reason: seed.ready === seed.replicas ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
          lastTransitionTime: kubeTime(seed.createdAt),
        },
      ],
    },
  };
}

/** @param hash the pod-template-hash, part of the name and the labels */
export function buildReplicaSet(seed: WorkloadSeed, hash: string): Workload {
  const labels = { ...seed.labels, "pod-template-hash": hash };
  return {
    ...workload("apps/v1", "ReplicaSet", { ...seed, name: `${seed.name}-${hash}`, labels }),
    status: {
      observedGeneration: 1,
      replicas: seed.replicas,
      readyReplicas: seed.ready,
      availableReplicas: seed.ready,
    },
  };
}

export function buildStatefulSet(seed: WorkloadSeed): Workload {
  const set = workload("apps/v1", "StatefulSet", seed);
  return {
    ...set,
    spec: { ...set.spec, serviceName: seed.name },
    status: {
      observedGeneration: 1,
      replicas: seed.replicas,
      readyReplicas: seed.ready,
      availableReplicas: seed.ready,
      updatedReplicas: seed.replicas,
    },
  };
}

/** A job that has ended well. */
export function buildJob(seed: WorkloadSeed, completedAt: number): Workload {
  const job = workload("batch/v1", "Job", seed);
  delete job.spec.replicas;
  return {
    ...job,
    spec: { ...job.spec, completions: 1, parallelism: 1 },
    status: {
      startTime: kubeTime(seed.createdAt),
      completionTime: kubeTime(completedAt),
      succeeded: 1,
      conditions: [{ type: "Complete", status: "True", lastTransitionTime: kubeTime(completedAt) }],
    },
  };
}

export interface ServiceSeed extends MetadataSeed {
  namespace: string;
  clusterIP: string;
  selector?: Record<string, string>;
  ports: { name?: string; port: number; targetPort: number | string }[];
}

export function buildService(seed: ServiceSeed): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(seed),
    spec: {
      type: "ClusterIP",
      clusterIP: seed.clusterIP,
      clusterIPs: [seed.clusterIP],
      ...(seed.selector && { selector: seed.selector }),
      ports: seed.ports.map((port): ServicePort => ({ ...port, protocol: "TCP" })),
      sessionAffinity: "None",
    },
    status: { loadBalancer: {} },
  };
}

function workload(apiVersion: string, kind: string, seed: WorkloadSeed): Workload {
  const containers = seed.containers.map(buildContainer);
  return {
    apiVersion,
    kind,
    metadata: metadata(seed),
    spec: {
      replicas: seed.replicas,
      selector: { matchLabels: seed.labels },
      template: { metadata: { labels: seed.labels }, spec: { containers } },
    },
    status: {},
  };
}
