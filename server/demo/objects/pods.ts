/** Builds Pod objects from the few facts that differ. */
import { createHash } from "node:crypto";
import { kubeTime, type MetadataSeed, metadata } from "./metadata.ts";
import type { Condition, Container, ContainerPort, ContainerState, ContainerStatus, Pod } from "./types.ts";

export interface ContainerSeed {
  name: string;
  image: string;
  command: string[];
  ports?: { name: string; port: number }[];
}

export interface PodSeed extends MetadataSeed {
  namespace: string;
  containers: ContainerSeed[];
  /** Absent: nothing has scheduled it. */
  node?: { name: string; address: string };
  podIP?: string;
  restartPolicy?: "Always" | "Never" | "OnFailure";
  os?: "linux" | "windows";
  /** Why no node takes it, for a pod without one. */
  unschedulable?: string;
}

const STARTED_AFTER_MS = 2_000;

/** A pod whose containers all run, or one that waits for a node. */
export function buildPod(seed: PodSeed): Pod {
  const created = kubeTime(seed.createdAt);
  const started = kubeTime(seed.createdAt + STARTED_AFTER_MS);
  const containers = seed.containers.map(buildContainer);
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata(seed),
    spec: {
      containers,
      ...(seed.node && { nodeName: seed.node.name }),
      ...(seed.os && { os: { name: seed.os } }),
      restartPolicy: seed.restartPolicy ?? "Always",
      serviceAccountName: "default",
      terminationGracePeriodSeconds: 30,
    },
    status: { phase: "Pending", conditions: [], qosClass: "BestEffort" },
  };
  if (!seed.node) {
    const message = seed.unschedulable ?? "0/2 nodes are available";
    pod.status.conditions = [
      {
        type: "PodScheduled",
        status: "False",
        reason: "Unschedulable",
        message,
        lastTransitionTime: created,
      },
    ];
    return pod;
  }
  pod.status = {
    phase: "Running",
    conditions: podConditions(true, created, started),
    hostIP: seed.node.address,
    ...(seed.podIP && { podIP: seed.podIP, podIPs: [{ ip: seed.podIP }] }),
    startTime: created,
    qosClass: "BestEffort",
    containerStatuses: containers.map((container) =>
      containerStatus(pod, container, { running: { startedAt: started } }),
    ),
  };
  return pod;
}

export function podConditions(ready: boolean, scheduledAt: string, readyAt: string): Condition[] {
  const status = ready ? "True" : "False";
  const why = ready ? {} : { reason: "ContainersNotReady", message: "containers with unready status" };
  return [
    { type: "Initialized", status: "True", lastTransitionTime: scheduledAt },
    { type: "Ready", status, lastTransitionTime: readyAt, ...why },
    { type: "ContainersReady", status, lastTransitionTime: readyAt, ...why },
    { type: "PodScheduled", status: "True", lastTransitionTime: scheduledAt },
  ];
}

export function containerStatus(
  pod: Pod,
  container: Container,
  state: ContainerState,
  more: Partial<ContainerStatus> = {},
): ContainerStatus {
  const running = "running" in state;
  return {
    name: container.name,
    image: container.image,
    imageID: `${container.image.split(":")[0]}@sha256:${digest(container.image)}`,
    containerID: `containerd://${digest(`${pod.metadata.uid}/${container.name}`)}`,
    ready: running,
    started: running,
    restartCount: 0,
    state,
    lastState: {},
    ...more,
  };
}

/** Stands for what a runtime calls a pod's sandbox; appears in port-forward errors. */
export function sandboxId(pod: Pod): string {
  return digest(`sandbox/${pod.metadata.uid}`);
}

export function buildContainer(seed: ContainerSeed): Container {
  const ports = (seed.ports ?? []).map(
    ({ name, port }): ContainerPort => ({ name, containerPort: port, protocol: "TCP" }),
  );
  return {
    name: seed.name,
    image: seed.image,
    command: seed.command,
    ...(ports.length > 0 && { ports }),
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: "IfNotPresent",
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
