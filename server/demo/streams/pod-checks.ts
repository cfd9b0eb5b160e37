/**
 * What stands between a request and a container: pod, container and phase, refused in the words of the API
 * server (kubernetes pkg/registry/core/pod/strategy.go) and of kubectl.
 */
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import { badRequest, notFound } from "../api/api-error.ts";
import { PODS } from "../api/resource-kinds.ts";
import type { ObjectStore } from "../api/store.ts";
import type { Container, ContainerStatus, Pod } from "../objects/types.ts";

/** @throws ApiError 404 */
export function requirePod(store: ObjectStore, namespace: string, name: string): Pod {
  const pod = store.get(PODS, namespace, name);
  if (!pod) throw notFound("pods", name);
  return pod as Pod;
}

/**
 * The named container, or the only one. The default-container annotation is kubectl's, the server ignores it.
 * @throws ApiError 400
 */
export function requireContainer(pod: Pod, name: string | null): Container {
  const { containers } = pod.spec;
  if (name) {
    const found = containers.find((container) => container.name === name);
    if (found) return found;
    throw badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`);
  }
  if (containers.length === 1) return containers[0]!;
  const names = containers.map((container) => container.name).join(" ");
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names}]`,
  );
}

/** @throws ApiError 400 when no stream of this kind can go to the pod */
export function requireStreamable(pod: Pod, subresource: StreamSubresource): void {
  if (!pod.spec.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  const { phase } = pod.status;
  if (phase === "Running") return;
  if (subresource === "portforward") {
    throw badRequest(`unable to forward port because pod is not running. Current status=${phase}`);
  }
  const action = subresource === "exec" ? "exec into" : "attach";
  throw badRequest(`cannot ${action} a container in a completed pod; current phase is ${phase}`);
}

export function statusOf(pod: Pod, container: string): ContainerStatus | undefined {
  return pod.status.containerStatuses?.find((status) => status.name === container);
}

export function isRunning(pod: Pod, container: string): boolean {
  const status = statusOf(pod, container);
  return status !== undefined && "running" in status.state;
}
