/** A pod as the page shows it: a few fields of the object the cluster sends, read once when it arrives. */
import {
  type ContainerSpec,
  type ContainerStatus,
  DEFAULT_CONTAINER,
  type KubePod,
} from "#protocol/kube-object.ts";
import { type PodTone, podStatus, podTone } from "./pod-status.ts";
import { suffixStart, type Workload, workloadOf } from "./pod-workload.ts";

export interface PodContainer {
  name: string;
  kind: "container" | "sidecar" | "init" | "ephemeral";
  running: boolean;
  /** It has run at least once, so there may be a log. */
  started: boolean;
  image: string;
  /** What its main process was given. */
  stdin: boolean;
  tty: boolean;
}

export interface PodPort {
  port: number;
  /** The name given in the pod's spec; empty when it has none. */
  name: string;
  container: string;
}

export interface Pod {
  /** "namespace/name": unique in a cluster, and readable in an address. */
  key: string;
  namespace: string;
  name: string;
  /** Where the random part of the name begins. */
  suffixStart: number;
  createdAt: number;
  /** When what runs in it is ended at the latest; null while nobody has asked for its deletion. */
  deletedBy: number | null;
  phase: string;
  word: string;
  tone: PodTone;
  ready: number;
  total: number;
  restarts: number;
  restartedAt: number | null;
  /** Why it does not run, in the cluster's words, when it says so. */
  message: string;
  node: string;
  workload: Workload;
  containers: PodContainer[];
  /** The container kubectl would choose. */
  defaultContainer: string;
  windows: boolean | undefined;
  /** Declared TCP ports, in the order of the spec. */
  ports: PodPort[];
}

/** The kubelet ends a back-off message with the pod's own name and uid, which stand above it anyway. */
const OWN_NAME = / pod=\S+$/;
/** Ports, containers: a pod has a handful; a hostile one does not get to fill the page. */
const MAX_ENTRIES = 100;

/** Null when the object has no name, so it is no pod. */
export function readPod(pod: KubePod): Pod | null {
  const name = pod.metadata?.name;
  const namespace = pod.metadata?.namespace;
  if (!name || !namespace) return null;
  const status = podStatus(pod);
  const phase = pod.status?.phase ?? "Unknown";
  const workload = workloadOf(pod);
  const containers = readContainers(pod);
  return {
    key: podKey(namespace, name),
    namespace,
    name,
    suffixStart: suffixStart(name, workload, pod.metadata?.generateName),
    createdAt: Date.parse(pod.metadata?.creationTimestamp ?? "") || Date.now(),
    deletedBy: deletedBy(pod),
    phase,
    ...status,
    tone: podTone(status, phase),
    message: troubleMessage(pod),
    node: pod.spec?.nodeName ?? "",
    workload,
    containers,
    defaultContainer: chooseContainer(containers, pod.metadata?.annotations?.[DEFAULT_CONTAINER]),
    windows: isWindows(pod),
    ports: readPorts(pod),
  };
}

/** The cluster's clock may be another than ours, and more than the whole grace is never left. */
function deletedBy({ metadata }: KubePod): number | null {
  const at = Date.parse(metadata?.deletionTimestamp ?? "");
  if (Number.isNaN(at)) return null;
  const graceSeconds = metadata?.deletionGracePeriodSeconds;
  return graceSeconds === undefined ? at : Math.min(at, Date.now() + graceSeconds * 1_000);
}

export function podKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function readContainers(pod: KubePod): PodContainer[] {
  const { spec, status } = pod;
  const read = (
    specs: ContainerSpec[] | undefined,
    statuses: ContainerStatus[] | undefined,
    kindOf: (spec: ContainerSpec) => PodContainer["kind"],
  ): PodContainer[] =>
    (specs ?? []).slice(0, MAX_ENTRIES).map((container) => {
      const found = statuses?.find((entry) => entry.name === container.name);
      return {
        name: container.name ?? "",
        kind: kindOf(container),
        running: found?.state?.running !== undefined,
        started:
          found?.state?.waiting === undefined
            ? found !== undefined
            : found.lastState?.terminated !== undefined,
        image: container.image ?? "",
        stdin: container.stdin === true,
        tty: container.tty === true,
      };
    });
  return [
    ...read(spec?.containers, status?.containerStatuses, () => "container"),
    ...read(spec?.initContainers, status?.initContainerStatuses, (container) =>
      container.restartPolicy === "Always" ? "sidecar" : "init",
    ),
    ...read(spec?.ephemeralContainers, status?.ephemeralContainerStatuses, () => "ephemeral"),
  ].filter((container) => container.name !== "");
}

/** spec.os is newer than the node's label, by which such pods were sent to their nodes before. Most say neither. */
function isWindows({ spec }: KubePod): boolean | undefined {
  const system = spec?.os?.name ?? spec?.nodeSelector?.["kubernetes.io/os"];
  return system === undefined ? undefined : system === "windows";
}

function chooseContainer(containers: PodContainer[], wanted: string | undefined): string {
  const named = containers.find((container) => container.name === wanted);
  return (named ?? containers[0])?.name ?? "";
}

function readPorts(pod: KubePod): PodPort[] {
  const ports: PodPort[] = [];
  for (const container of [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]) {
    for (const entry of container.ports ?? []) {
      const port = entry.containerPort;
      if (!port || (entry.protocol ?? "TCP") !== "TCP" || ports.some((known) => known.port === port))
        continue;
      if (ports.length < MAX_ENTRIES)
        ports.push({ port, name: entry.name ?? "", container: container.name ?? "" });
    }
  }
  return ports;
}

function troubleMessage(pod: KubePod): string {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const waiting = statuses.map((entry) => entry.state?.waiting?.message).find((message) => message);
  const unscheduled = pod.status?.conditions?.find(
    (entry) => entry.type === "PodScheduled" && entry.status === "False",
  );
  return (waiting ?? unscheduled?.message ?? pod.status?.message ?? "").replace(OWN_NAME, "");
}
