/** Namespace batch: the pods that do not simply run. One keeps crashing, one found no node, one has completed. */
import { buildEvent } from "./cluster-objects.ts";
import { DAY_MS, HOUR_MS, kubeTime, MINUTE_MS } from "./metadata.ts";
import { buildPod, type ContainerSeed, containerStatus, podConditions } from "./pods.ts";
import type { KubeObject, Pod } from "./types.ts";
import { buildDeployment, buildJob, buildReplicaSet, buildStatefulSet } from "./workloads.ts";

type NodeRef = { name: string; address: string };

const NAMESPACE = "batch";
const IMPORTER_HASH = "5d8f7c9b64";
export const IMPORTER_POD = `importer-${IMPORTER_HASH}-q2w8z`;

const IMPORTER: ContainerSeed = {
  name: "importer",
  image: "registry.example/batch/importer:2.3.1",
  command: ["/srv/importer", "--once"],
};
const REPORT: ContainerSeed = {
  name: "report",
  image: "registry.example/batch/report:1.0.8",
  command: ["/srv/report", "--day", "yesterday"],
};
const TRAINER: ContainerSeed = {
  name: "trainer",
  image: "registry.example/batch/trainer:0.4.0",
  command: ["/srv/trainer"],
};

export function batchNamespace(now: number, node: NodeRef): KubeObject[] {
  return [...importer(now, node), ...nightlyReport(now, node), ...trainer(now)];
}

function importer(now: number, node: NodeRef): KubeObject[] {
  const createdAt = now - 11 * HOUR_MS;
  const seed = {
    name: "importer",
    namespace: NAMESPACE,
    createdAt,
    labels: { app: "importer" },
    containers: [IMPORTER],
    replicas: 1,
    ready: 0,
  };
  const deployment = buildDeployment(seed);
  const replicaSet = buildReplicaSet({ ...seed, owner: deployment }, IMPORTER_HASH);
  const pod = buildPod({
    name: IMPORTER_POD,
    namespace: NAMESPACE,
    createdAt,
    labels: { app: "importer", "pod-template-hash": IMPORTER_HASH },
    owner: replicaSet,
    node,
    podIP: "10.244.1.31",
    containers: [IMPORTER],
  });
  return [deployment, replicaSet, crashLooping(pod, 12, now - 2 * MINUTE_MS)];
}

/** The pod between two of its crashes. */
export function crashLooping(pod: Pod, restarts: number, crashedAt: number): Pod {
  const container = pod.spec.containers[0]!;
  const finishedAt = kubeTime(crashedAt);
  const waiting = {
    reason: "CrashLoopBackOff",
    message: `back-off 5m0s restarting failed container=${container.name} pod=${pod.metadata.name}_${NAMESPACE}(${pod.metadata.uid})`,
  };
  return {
    ...pod,
    status: {
      ...pod.status,
      conditions: podConditions(false, pod.metadata.creationTimestamp, finishedAt),
      containerStatuses: [
        containerStatus(
          pod,
          container,
          { waiting },
          {
            restartCount: restarts,
            lastState: {
              terminated: {
                exitCode: 1,
                reason: "Error",
                startedAt: kubeTime(crashedAt - 4_000),
                finishedAt,
              },
            },
          },
        ),
      ],
    },
  };
}

function nightlyReport(now: number, node: NodeRef): KubeObject[] {
  const createdAt = now - 7 * HOUR_MS;
  const finishedAt = createdAt + 93_000;
  const name = "nightly-report-29384750";
  const labels = { "batch.kubernetes.io/job-name": name };
  const seed = { name, namespace: NAMESPACE, createdAt, labels };
  const job = buildJob({ ...seed, containers: [REPORT], replicas: 1, ready: 0 }, finishedAt);
  const pod = buildPod({
    ...seed,
    name: `${name}-7xk2p`,
    owner: job,
    node,
    podIP: "10.244.1.28",
    restartPolicy: "Never",
    containers: [REPORT],
  });
  const terminated = {
    exitCode: 0,
    reason: "Completed",
    startedAt: kubeTime(createdAt + 2_000),
    finishedAt: kubeTime(finishedAt),
  };
  pod.status.phase = "Succeeded";
  pod.status.conditions = podConditions(false, kubeTime(createdAt), kubeTime(finishedAt)).map((condition) =>
    condition.status === "False" ? { ...condition, reason: "PodCompleted", message: "" } : condition,
  );
  pod.status.containerStatuses = [containerStatus(pod, pod.spec.containers[0]!, { terminated })];
  return [job, pod];
}

function trainer(now: number): KubeObject[] {
  const createdAt = now - 2 * DAY_MS;
  const labels = { app: "trainer" };
  const seed = { name: "trainer", namespace: NAMESPACE, createdAt, labels };
  const set = buildStatefulSet({ ...seed, containers: [TRAINER], replicas: 1, ready: 0 });
  const unschedulable = "0/2 nodes are available: 2 Insufficient nvidia.com/gpu.";
  const pod = buildPod({ ...seed, name: "trainer-0", owner: set, containers: [TRAINER], unschedulable });
  const event = buildEvent({
    about: pod,
    type: "Warning",
    reason: "FailedScheduling",
    message: unschedulable,
    component: "default-scheduler",
    firstAt: createdAt,
    lastAt: now - 3 * MINUTE_MS,
    count: 576,
  });
  return [set, pod, event];
}
