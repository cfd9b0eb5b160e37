/** Namespace shop: a deployment with two replicas that serve pages, and a cache where nothing listens. */
import { DAY_MS, HOUR_MS } from "./metadata.ts";
import { buildPod, type ContainerSeed } from "./pods.ts";
import type { KubeObject } from "./types.ts";
import { buildDeployment, buildReplicaSet, buildService, buildStatefulSet } from "./workloads.ts";

const AGE_MS = 9 * DAY_MS;
const ROLLED_OUT_MS = 5 * HOUR_MS;
const NAMESPACE = "shop";
const HASH = "6c9f8d7b5c";

const STOREFRONT: ContainerSeed = {
  name: "app",
  image: "registry.example/shop/storefront:3.11.0",
  command: ["/srv/storefront", "--listen", ":8080"],
  ports: [{ name: "http", port: 8080 }],
};

const CACHE: ContainerSeed = {
  name: "redis",
  image: "docker.io/library/redis:8",
  command: ["redis-server"],
  ports: [{ name: "redis", port: 6379 }],
};

/** With a shell that is found along its PATH alone, as of the distroless images for debugging. */
const CHECKOUT: ContainerSeed = {
  name: "app",
  image: "gcr.io/distroless/static-debian12:debug",
  command: ["/app/checkout"],
};

const REPORTS: ContainerSeed = {
  name: "reports",
  image: "mcr.microsoft.com/windows/servercore:ltsc2022",
  command: ["C:\\reports\\reports.exe"],
};

export function shopNamespace(now: number, node: { name: string; address: string }): KubeObject[] {
  const storefront = {
    name: "storefront",
    namespace: NAMESPACE,
    createdAt: now - AGE_MS,
    labels: { app: "storefront" },
    containers: [STOREFRONT],
    replicas: 2,
    ready: 2,
  };
  const deployment = buildDeployment(storefront);
  const replicaSet = buildReplicaSet(
    { ...storefront, createdAt: now - ROLLED_OUT_MS, owner: deployment },
    HASH,
  );
  const cache = buildStatefulSet({
    name: "cache",
    namespace: NAMESPACE,
    createdAt: now - AGE_MS,
    labels: { app: "cache" },
    containers: [CACHE],
    replicas: 1,
    ready: 1,
  });
  const replica = (suffix: string, podIP: string) =>
    buildPod({
      name: `${replicaSet.metadata.name}-${suffix}`,
      namespace: NAMESPACE,
      createdAt: now - ROLLED_OUT_MS,
      labels: { app: "storefront", "pod-template-hash": HASH },
      owner: replicaSet,
      node,
      podIP,
      containers: [STOREFRONT],
    });
  return [
    deployment,
    replicaSet,
    replica("x2k4q", "10.244.1.21"),
    replica("m8rzt", "10.244.1.22"),
    cache,
    buildPod({
      name: "cache-0",
      namespace: NAMESPACE,
      createdAt: now - AGE_MS,
      labels: { app: "cache", "statefulset.kubernetes.io/pod-name": "cache-0" },
      owner: cache,
      node,
      podIP: "10.244.1.18",
      containers: [CACHE],
    }),
    buildPod({
      name: "checkout",
      namespace: NAMESPACE,
      createdAt: now - AGE_MS,
      labels: { app: "checkout" },
      node,
      podIP: "10.244.1.23",
      containers: [CHECKOUT],
    }),
    buildPod({
      name: "reports",
      namespace: NAMESPACE,
      createdAt: now - AGE_MS,
      labels: { app: "reports" },
      node,
      os: "windows",
      podIP: "10.244.1.24",
      containers: [REPORTS],
    }),
    buildService({
      name: "storefront",
      namespace: NAMESPACE,
      createdAt: now - AGE_MS,
      clusterIP: "10.96.77.15",
      selector: { app: "storefront" },
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    }),
    buildService({
      name: "cache",
      namespace: NAMESPACE,
      createdAt: now - AGE_MS,
      clusterIP: "None",
      selector: { app: "cache" },
      ports: [{ name: "redis", port: 6379, targetPort: "redis" }],
    }),
  ];
}
