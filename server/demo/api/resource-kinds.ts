/** The kinds the demo cluster serves: one table for discovery, routing and the store. */

export interface ResourceKind {
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  namespaced: boolean;
  shortNames: readonly string[];
  categories?: readonly string[];
}

export const PODS: ResourceKind = {
  group: "",
  version: "v1",
  plural: "pods",
  singular: "pod",
  kind: "Pod",
  namespaced: true,
  shortNames: ["po"],
  categories: ["all"],
};

export const RESOURCE_KINDS: readonly ResourceKind[] = [
  PODS,
  core("namespaces", "namespace", "Namespace", ["ns"], { namespaced: false }),
  core("nodes", "node", "Node", ["no"], { namespaced: false }),
  core("services", "service", "Service", ["svc"], { categories: ["all"] }),
  core("events", "event", "Event", ["ev"], {}),
  workload("apps", "deployments", "deployment", "Deployment", ["deploy"]),
  workload("apps", "replicasets", "replicaset", "ReplicaSet", ["rs"]),
  workload("apps", "statefulsets", "statefulset", "StatefulSet", ["sts"]),
  workload("batch", "jobs", "job", "Job", []),
];

export function findKind(group: string, version: string, plural: string): ResourceKind | undefined {
  return RESOURCE_KINDS.find(
    (kind) => kind.group === group && kind.version === version && kind.plural === plural,
  );
}

export function kindOf(apiVersion: string, kind: string): ResourceKind {
  const found = RESOURCE_KINDS.find((entry) => apiVersionOf(entry) === apiVersion && entry.kind === kind);
  if (!found) throw new TypeError(`the demo cluster serves no ${apiVersion} ${kind}`);
  return found;
}

export function apiVersionOf(kind: Pick<ResourceKind, "group" | "version">): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

function core(
  plural: string,
  singular: string,
  kind: string,
  shortNames: string[],
  more: { namespaced?: boolean; categories?: string[] },
): ResourceKind {
  return { group: "", version: "v1", plural, singular, kind, namespaced: true, shortNames, ...more };
}

function workload(
  group: string,
  plural: string,
  singular: string,
  kind: string,
  shortNames: string[],
): ResourceKind {
  return { group, version: "v1", plural, singular, kind, namespaced: true, shortNames, categories: ["all"] };
}
