/** Namespaces default and team-a: the pods that never change under a visitor. */
import { DAY_MS, HOUR_MS } from "./metadata.ts";
import { buildPod } from "./pods.ts";
import type { KubeObject } from "./types.ts";
import { buildService } from "./workloads.ts";

const SHELL_AGE_MS = 3 * DAY_MS;
const WEB_AGE_MS = 26 * HOUR_MS;

export function defaultNamespace(now: number, node: { name: string; address: string }): KubeObject[] {
  return [
    buildService({
      name: "kubernetes",
      namespace: "default",
      createdAt: now - SHELL_AGE_MS,
      clusterIP: "10.96.0.1",
      ports: [{ name: "https", port: 443, targetPort: 6443 }],
    }),
    buildService({
      name: "web",
      namespace: "default",
      createdAt: now - WEB_AGE_MS,
      clusterIP: "10.96.41.7",
      selector: { app: "web" },
      ports: [
        { name: "http", port: 80, targetPort: "http" },
        { name: "echo", port: 9090, targetPort: "echo" },
      ],
    }),
    buildService({
      name: "api",
      namespace: "team-a",
      createdAt: now - WEB_AGE_MS,
      clusterIP: "10.96.112.30",
      selector: { app: "api" },
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    }),
    buildPod({
      name: "shell",
      namespace: "default",
      createdAt: now - SHELL_AGE_MS,
      labels: { app: "shell" },
      node,
      podIP: "10.244.1.4",
      containers: [
        {
          name: "main",
          image: "docker.io/library/debian:12",
          command: ["/bin/sh", "-c", "n=0; while :; do n=$((n+1)); echo tick $n; sleep 1; done"],
        },
      ],
    }),
    buildPod({
      name: "web",
      namespace: "default",
      createdAt: now - WEB_AGE_MS,
      labels: { app: "web" },
      annotations: { "kubectl.kubernetes.io/default-container": "app" },
      node,
      podIP: "10.244.1.7",
      containers: [
        {
          name: "app",
          image: "registry.example/demo/web:1.4.2",
          command: ["/srv/web", "--listen", ":8080", "--echo", ":9090"],
          ports: [
            { name: "http", port: 8080 },
            { name: "echo", port: 9090 },
          ],
        },
        {
          name: "sidecar",
          image: "registry.example/demo/log-shipper:0.9.1",
          command: ["/bin/log-shipper", "--follow", "/var/log/web"],
        },
      ],
    }),
    buildPod({
      name: "api",
      namespace: "team-a",
      createdAt: now - WEB_AGE_MS,
      labels: { app: "api", team: "a" },
      node,
      podIP: "10.244.1.9",
      containers: [
        {
          name: "main",
          image: "registry.example/team-a/api:2.0.0",
          command: ["/srv/api", "--listen", ":8080"],
          ports: [{ name: "http", port: 8080 }],
        },
      ],
    }),
  ];
}
