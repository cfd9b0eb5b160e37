/** The fields of a v1 Pod that the page reads. All of them may be missing: the text comes from another program. */

export interface KubePod {
  metadata?: {
    uid?: string;
    name?: string;
    namespace?: string;
    generateName?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind?: string; name?: string; controller?: boolean }[];
  };
  spec?: {
    nodeName?: string;
    containers?: ContainerSpec[];
    initContainers?: ContainerSpec[];
    ephemeralContainers?: ContainerSpec[];
  };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: { type?: string; status?: string; reason?: string; message?: string }[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
    ephemeralContainerStatuses?: ContainerStatus[];
  };
}

export interface ContainerSpec {
  name?: string;
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

export interface KubePodList {
  metadata?: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  items?: KubePod[];
}

export interface KubeWatchEvent {
  type?: string;
  object?: KubePod & { code?: number; message?: string; reason?: string };
}
