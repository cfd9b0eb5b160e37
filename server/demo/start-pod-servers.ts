/** Which servers run in which pods. */

import { PODS } from "./api/resource-kinds.ts";
import type { ObjectStore } from "./api/store.ts";
import type { ClusterLogs } from "./cluster-logs.ts";
import type { Pod } from "./objects/types.ts";
import { createApiServer } from "./pod-servers/api.ts";
import { createTcpEcho } from "./pod-servers/echo.ts";
import { createWebServer } from "./pod-servers/web.ts";
import type { PodPorts } from "./streams/pod-ports.ts";

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
