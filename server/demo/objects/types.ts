/** The few fields of Kubernetes objects that the demo cluster fills or reads. */

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller: true;
  blockOwnerDeletion: true;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid: string;
  /** Set by the store. */
  resourceVersion: string;
  creationTimestamp: string;
  generateName?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export interface ContainerPort {
  name?: string;
  containerPort: number;
  protocol: "TCP";
}

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  ports?: ContainerPort[];
  resources: Record<string, Record<string, string>>;
  imagePullPolicy: string;
  terminationMessagePath: string;
  terminationMessagePolicy: string;
}

export type ContainerState =
  | { waiting: { reason: string; message?: string } }
  | { running: { startedAt: string } }
  | {
      terminated: {
        exitCode: number;
        reason: string;
        startedAt: string;
        finishedAt: string;
        containerID?: string;
      };
    };

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  containerID?: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: ContainerState | Record<string, never>;
}

export interface Condition {
  type: string;
  status: "True" | "False";
  lastTransitionTime?: string;
  lastProbeTime?: null;
  reason?: string;
  message?: string;
}

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed";

export interface Pod extends KubeObject {
  spec: {
    containers: Container[];
    nodeName?: string;
    os?: { name: "linux" | "windows" };
    restartPolicy: string;
    serviceAccountName: string;
    terminationGracePeriodSeconds: number;
    tolerations?: Record<string, unknown>[];
  };
  status: {
    phase: PodPhase;
    conditions: Condition[];
    hostIP?: string;
    podIP?: string;
    podIPs?: { ip: string }[];
    startTime?: string;
    qosClass: string;
    containerStatuses?: ContainerStatus[];
  };
}

export interface KubeEvent extends KubeObject {
  involvedObject: {
    kind: string;
    namespace: string;
    name: string;
    uid: string;
    apiVersion: string;
    fieldPath?: string;
  };
  reason: string;
  message: string;
  source: { component: string; host?: string };
  firstTimestamp: string;
  lastTimestamp: string;
  count: number;
  type: "Normal" | "Warning";
  reportingComponent: string;
  reportingInstance: string;
}

export interface LabelSelector {
  matchLabels: Record<string, string>;
}

/** Deployment, ReplicaSet, StatefulSet and Job: what tables and selectors read of them. */
export interface Workload extends KubeObject {
  spec: {
    replicas?: number;
    completions?: number;
    parallelism?: number;
    selector: LabelSelector;
    serviceName?: string;
    template: { metadata: { labels: Record<string, string> }; spec: Pick<Pod["spec"], "containers"> };
  } & Record<string, unknown>;
  status: {
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    succeeded?: number;
    startTime?: string;
    completionTime?: string;
    conditions?: Condition[];
    observedGeneration?: number;
  };
}

export interface ServicePort {
  name?: string;
  protocol: "TCP" | "UDP";
  port: number;
  targetPort: number | string;
}

export interface Service extends KubeObject {
  spec: {
    type: "ClusterIP";
    clusterIP: string;
    clusterIPs: string[];
    selector?: Record<string, string>;
    ports: ServicePort[];
    sessionAffinity: "None";
  };
  status: { loadBalancer: Record<string, never> };
}

export interface Namespace extends KubeObject {
  spec: { finalizers: string[] };
  status: { phase: "Active" };
}

export interface Node extends KubeObject {
  spec: { podCIDR: string };
  status: {
    conditions: Condition[];
    addresses: { type: string; address: string }[];
    capacity: Record<string, string>;
    allocatable: Record<string, string>;
    nodeInfo: Record<string, string>;
    declaredFeatures?: string[];
  };
}
