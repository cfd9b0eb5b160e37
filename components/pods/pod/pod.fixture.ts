/** Pods as a cluster sends them, for tests. */
import type { ContainerStatus, KubePod } from "#protocol/kube-object.ts";
import { type Pod, readPod } from "./pod.ts";

export interface PodShape {
  namespace?: string;
  owner?: [kind: string, name: string];
  hash?: string;
  phase?: string;
  containers?: ContainerStatus[];
  ports?: { containerPort: number; name?: string; protocol?: string }[];
}

export const RUNNING: ContainerStatus = { name: "app", ready: true, started: true, state: { running: {} } };

export function kubePod(name: string, shape: PodShape = {}): KubePod {
  const { namespace = "default", owner, hash, phase = "Running", containers = [RUNNING], ports = [] } = shape;
  return {
    metadata: {
      name,
      namespace,
      uid: `${namespace}-${name}`,
      creationTimestamp: "2026-11-20T10:00:00Z",
      ...(hash ? { labels: { "pod-template-hash": hash } } : {}),
      ...(owner ? { ownerReferences: [{ kind: owner[0], name: owner[1], controller: true }] } : {}),
    },
    spec: {
      nodeName: "node-a",
      containers: containers.map((container, index) => ({
        name: container.name ?? "",
        ports: index === 0 ? ports : [],
      })),
    },
    status: {
      phase,
      containerStatuses: containers,
      conditions: [
        { type: "Initialized", status: "True" },
        { type: "Ready", status: "True" },
      ],
    },
  };
}

export function pod(name: string, shape: PodShape = {}): Pod {
  const read = readPod(kubePod(name, shape));
  if (!read) throw new Error("the fixture has a name");
  return read;
}

export const CRASHING: ContainerStatus = {
  name: "app",
  ready: false,
  restartCount: 12,
  state: {
    waiting: {
      reason: "CrashLoopBackOff",
      message: "back-off 5m0s restarting failed container=app pod=a_b(c)",
    },
  },
  lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: "2026-11-20T10:57:00Z" } },
};
