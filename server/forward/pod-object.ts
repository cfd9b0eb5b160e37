/** The few fields of v1.Pod and v1.Service that choosing a target needs. */
export interface ContainerPorts {
  ports?: { name?: string; containerPort: number; protocol?: string }[];
}

export interface PodObject {
  metadata?: { name?: string; uid?: string; creationTimestamp?: string; deletionTimestamp?: string };
  spec?: { nodeName?: string; containers?: ContainerPorts[]; initContainers?: ContainerPorts[] };
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
    containerStatuses?: { restartCount?: number }[];
  };
}

export interface ServiceObject {
  spec?: {
    clusterIP?: string;
    selector?: Record<string, string>;
    ports?: ServicePort[];
  };
}

export interface ServicePort {
  name?: string;
  port: number;
  protocol?: string;
  targetPort?: number | string;
}
