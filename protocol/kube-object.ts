/**
 * The fields of Kubernetes objects that the page and the server read (core/v1, apps/v1, meta/v1). All of them may be
 * missing: the text comes from another program, and whoever reads says what a missing field means.
 */

export interface ObjectMeta {
  uid?: string;
  name?: string;
  namespace?: string;
  generateName?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  resourceVersion?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { kind?: string; name?: string; controller?: boolean }[];
}

/** Any object. */
export interface KubeObject {
  metadata?: ObjectMeta;
}

export interface KubeList<T extends KubeObject> {
  metadata?: { resourceVersion?: string; continue?: string };
  items?: T[];
}

export interface KubePod extends KubeObject {
  spec?: {
    nodeName?: string;
    os?: { name?: string };
    nodeSelector?: Record<string, string>;
    containers?: ContainerSpec[];
    initContainers?: ContainerSpec[];
    ephemeralContainers?: ContainerSpec[];
  };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: PodCondition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
    ephemeralContainerStatuses?: ContainerStatus[];
  };
}

export interface PodCondition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface ContainerSpec {
  name?: string;
  image?: string;
  stdin?: boolean;
  tty?: boolean;
  restartPolicy?: string;
  ports?: { containerPort?: number; name?: string; protocol?: string }[];
}

export interface ContainerStatus {
  name?: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: { reason?: string; exitCode?: number; signal?: number; finishedAt?: string };
}

export interface KubeService extends KubeObject {
  spec?: {
    clusterIP?: string;
    selector?: Record<string, string>;
    ports?: ServicePort[];
  };
}

export interface ServicePort {
  name?: string;
  port?: number;
  protocol?: string;
  /** A number, or the name of a container's port. */
  targetPort?: number | string;
}

/** Deployment, StatefulSet and the others that make pods. */
export interface KubeWorkload extends KubeObject {
  spec?: { selector?: LabelSelector };
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** The annotation that names the container kubectl chooses when nobody names one. */
export const DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

/** The container's name that kubectl would take of a pod: the annotation's when it exists, else the first. */
export function defaultContainer(pod: KubePod): string | undefined {
  const names = pod.spec?.containers?.map(({ name }) => name) ?? [];
  const marked = pod.metadata?.annotations?.[DEFAULT_CONTAINER];
  return names.find((name) => name === marked) ?? names[0];
}
