/** Namespace kube-system: one pod whose image holds no shell, as many real ones do not. */
import { buildPod, type ContainerSeed } from "./pods.ts";
import type { KubeObject } from "./types.ts";
import { buildDeployment, buildReplicaSet, buildService } from "./workloads.ts";

const NAMESPACE = "kube-system";
const HASH = "6f6b679f8f";

const COREDNS: ContainerSeed = {
  name: "coredns",
  image: "registry.k8s.io/coredns/coredns:v1.13.1",
  command: ["/coredns", "-conf", "/etc/coredns/Corefile"],
  ports: [{ name: "dns-tcp", port: 53 }],
};

export function systemNamespace(born: number, node: { name: string; address: string }): KubeObject[] {
  const labels = { "k8s-app": "kube-dns" };
  const seed = {
    name: "coredns",
    namespace: NAMESPACE,
    createdAt: born,
    labels,
    containers: [COREDNS],
    replicas: 1,
    ready: 1,
  };
  const deployment = buildDeployment(seed);
  const replicaSet = buildReplicaSet({ ...seed, owner: deployment }, HASH);
  return [
    deployment,
    replicaSet,
    buildPod({
      name: `coredns-${HASH}-n4kzd`,
      namespace: NAMESPACE,
      createdAt: born,
      labels: { ...labels, "pod-template-hash": HASH },
      owner: replicaSet,
      node,
      podIP: "10.244.0.3",
      containers: [COREDNS],
    }),
    buildService({
      name: "kube-dns",
      namespace: NAMESPACE,
      createdAt: born,
      clusterIP: "10.96.0.10",
      selector: labels,
      ports: [{ name: "dns-tcp", port: 53, targetPort: 53 }],
    }),
  ];
}
