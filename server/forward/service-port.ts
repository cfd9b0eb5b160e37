/** From a service's port to the port in the pod (kubectl port-forward's rules, protocol.md section 5). */

import type { KubePod, KubeService } from "#protocol/kube-object.ts";
import { ForwardError } from "./errors.ts";

/** @throws ForwardError NO_SUCH_PORT */
export function podPort(name: string, service: KubeService, port: number, pod: KubePod): number {
  const entry = service.spec?.ports?.find((candidate) => candidate.port === port);
  if (!entry) throw new ForwardError("NO_SUCH_PORT", `Service ${name} does not have a service port ${port}`);
  if (entry.protocol === "UDP") {
    throw new ForwardError("NO_SUCH_PORT", `UDP protocol is not supported for ${port}`);
  }
  // Without a cluster IP nothing maps ports: clients connect to the pod's own.
  if (service.spec?.clusterIP === "None") return port;
  const target = entry.targetPort;
  if (target === undefined || target === 0 || target === "") return port;
  if (typeof target === "number") return target;
  return namedPort(pod, target);
}

function namedPort(pod: KubePod, name: string): number {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  for (const container of containers) {
    const match = container.ports?.find((port) => port.name === name);
    if (match?.containerPort) return match.containerPort;
  }
  throw new ForwardError("NO_SUCH_PORT", `Pod ${pod.metadata?.name} does not have a named port '${name}'`);
}
