/**
 * The Kubernetes API, narrowed: which paths below /clusters/{cluster} are passed on. The path sent upstream is
 * rebuilt from checked segments, so what was checked is what is asked (threats.md A9, A10). Never secrets.
 */

import { isLabel, isSubdomain } from "#protocol/kube-names.ts";
import type { StreamSubresource } from "#protocol/subprotocol.ts";
import type { Right } from "#server/access/grant.ts";
import { decodeSegment } from "../path-segments.ts";

export type KubePath =
  /** `right` as the API server's authorizer is asked for it; null for discovery, which is of no resource. */
  | { kind: "read"; path: string; right: Right | null }
  | { kind: "review"; path: string }
  | { kind: "stream"; subresource: StreamSubresource; namespace: string; pod: string };

/** group/version -> resource -> whether it lives in a namespace. */
const READABLE: Record<string, Record<string, boolean>> = {
  "api/v1": { pods: true, services: true, events: true, endpoints: true, namespaces: false, nodes: false },
  "apis/apps/v1": { deployments: true, replicasets: true, statefulsets: true, daemonsets: true },
  "apis/batch/v1": { jobs: true, cronjobs: true },
  "apis/events.k8s.io/v1": { events: true },
  "apis/discovery.k8s.io/v1": { endpointslices: true },
};
const DISCOVERY = /^\/(version|api|apis|api\/v1|apis\/[a-z0-9.-]{1,100}(\/v[a-z0-9]{1,20})?)$/;
const REVIEW = /^\/apis\/authorization\.k8s\.io\/v1\/(selfsubjectaccessreviews|selfsubjectrulesreviews)$/;

/**
 * @param path what follows /clusters/{cluster}, still percent-encoded, without query
 * @returns null for everything that is not on the list
 */
export function kubePath(method: string, path: string): KubePath | null {
  if (method === "POST" && REVIEW.test(path)) return { kind: "review", path };
  if (method === "GET" && DISCOVERY.test(path)) return { kind: "read", path, right: null };
  const segments = path.slice(1).split("/").map(decodeSegment);
  if (path[0] !== "/" || segments.some((segment) => !segment)) return null;
  const parts = segments as string[];
  const depth = parts[0] === "api" ? 2 : 3;
  const version = parts.slice(0, depth).join("/");
  const resources = Object.hasOwn(READABLE, version) ? READABLE[version]! : null;
  if (!resources) return null;
  const rest = parts.slice(depth);
  const namespaced = rest[0] === "namespaces" && rest.length > 2;
  const namespace = namespaced ? rest[1]! : null;
  const [resource, name, subresource, ...more] = namespaced ? rest.slice(2) : rest;
  if (resource === undefined || more.length > 0 || !Object.hasOwn(resources, resource)) return null;
  if (namespace !== null && (!isLabel(namespace) || !resources[resource])) return null;
  if (name !== undefined && !(isSubdomain(name) && (namespace !== null) === resources[resource])) return null;
  if (subresource !== undefined) return podSubresource(method, namespace, resource, name, subresource);
  if (method !== "GET") return null;
  const place = namespace === null ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return {
    kind: "read",
    path: `/${version}${place}/${resource}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`,
    right: {
      namespace: namespace ?? "",
      verb: name === undefined ? "list" : "get",
      group: depth === 2 ? "" : parts[1]!,
      resource,
      ...(name === undefined ? {} : { name }),
    },
  };
}

function podSubresource(
  method: string,
  namespace: string | null,
  resource: string,
  pod: string | undefined,
  subresource: string,
): KubePath | null {
  if (resource !== "pods" || namespace === null || pod === undefined) return null;
  if (subresource === "log" && method === "GET") {
    return {
      kind: "read",
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`,
      right: { namespace, verb: "get", group: "", resource, subresource, name: pod },
    };
  }
  const streams = subresource === "exec" || subresource === "attach" || subresource === "portforward";
  if (!streams || (method !== "GET" && method !== "POST")) return null;
  return { kind: "stream", subresource, namespace, pod };
}
