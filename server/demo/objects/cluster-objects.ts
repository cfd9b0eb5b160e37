/** Namespaces, nodes and events. */
import { randomBytes } from "node:crypto";
import { kubeTime, metadata } from "./metadata.ts";
import type { KubeEvent, KubeObject, Namespace, Node } from "./types.ts";

export function buildNamespace(name: string, createdAt: number): Namespace {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: metadata({ name, createdAt, labels: { "kubernetes.io/metadata.name": name } }),
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

/** What a node says of its kubelet. */
export interface KubeletSeed {
  version: string;
  declaredFeatures: readonly string[];
}

export interface NodeSeed {
  name: string;
  address: string;
  role?: string;
  createdAt: number;
  kubelet: KubeletSeed;
}

export function buildNode(seed: NodeSeed): Node {
  const since = kubeTime(seed.createdAt);
  const amounts = { cpu: "2", memory: "4Gi", pods: "110" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: metadata({
      name: seed.name,
      createdAt: seed.createdAt,
      labels: {
        "kubernetes.io/hostname": seed.name,
        "kubernetes.io/os": "linux",
        ...(seed.role && { [`node-role.kubernetes.io/${seed.role}`]: "" }),
      },
    }),
    spec: { podCIDR: "10.244.0.0/24" },
    status: {
      conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", lastTransitionTime: since }],
      addresses: [
        { type: "InternalIP", address: seed.address },
        { type: "Hostname", address: seed.name },
      ],
      capacity: amounts,
      allocatable: amounts,
      nodeInfo: {
        kubeletVersion: seed.kubelet.version,
        osImage: "Porthole demo",
        kernelVersion: process.platform,
        containerRuntimeVersion: "porthole://1",
        operatingSystem: "linux",
        architecture: process.arch === "x64" ? "amd64" : process.arch,
      },
      // Kubelets before the field leave it out.
      ...(seed.kubelet.declaredFeatures.length > 0 && {
        declaredFeatures: [...seed.kubelet.declaredFeatures],
      }),
    },
  };
}

export interface EventSeed {
  about: KubeObject;
  container?: string;
  type: KubeEvent["type"];
  reason: string;
  message: string;
  component: string;
  host?: string;
  firstAt: number;
  lastAt: number;
  count: number;
}

const EVENT_SUFFIX_BYTES = 8;

export function buildEvent(seed: EventSeed): KubeEvent {
  const { about } = seed;
  const namespace = about.metadata.namespace ?? "default";
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: metadata({
      name: `${about.metadata.name}.${randomBytes(EVENT_SUFFIX_BYTES).toString("hex")}`,
      namespace,
      createdAt: seed.firstAt,
    }),
    involvedObject: {
      kind: about.kind,
      namespace,
      name: about.metadata.name,
      uid: about.metadata.uid,
      apiVersion: about.apiVersion,
      ...(seed.container && { fieldPath: `spec.containers{${seed.container}}` }),
    },
    reason: seed.reason,
    message: seed.message,
    source: { component: seed.component, ...(seed.host && { host: seed.host }) },
    firstTimestamp: kubeTime(seed.firstAt),
    lastTimestamp: kubeTime(seed.lastAt),
    count: seed.count,
    type: seed.type,
    reportingComponent: seed.component,
    reportingInstance: seed.host ?? "",
  };
}
