/** Which servers run in which pods. */
import type { ClusterLogs } from "./cluster-logs";
import type { Pod } from "./objects/types";
import type { PodPorts } from "./pod-ports";
import { createApiServer } from "./pod-servers/api";
import { createTcpEcho } from "./pod-servers/tcp-echo";
import { createWebServer } from "./pod-servers/web";
import { PODS } from "./resource-kinds";
import type { ObjectStore } from "./store";

export async function startPodServers(ports: PodPorts, store: ObjectStore, logs: ClusterLogs): Promise<void> {
  const web = (pod: Pod) =>
    createWebServer({
      pod: pod.metadata.name,
      log: (line) => logs.get(pod, "app")?.append(line),
    });
  for (const object of store.list(PODS)) {
    const pod = object as Pod;
    const { namespace = "", name, labels } = pod.metadata;
    if (labels?.app === "web" || labels?.app === "storefront") {
      await ports.serve(namespace, name, 8080, web(pod));
    }
    if (labels?.app === "web") await ports.serve(namespace, name, 9090, createTcpEcho());
    if (labels?.app === "api") await ports.serve(namespace, name, 8080, createApiServer());
  }
}
