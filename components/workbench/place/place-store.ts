"use client";
/** Which cluster, namespace and pod the person looks at. The address says the same, see use-address.ts. */
import { create } from "zustand";
import { keep, kept, keptObject } from "#components/ui/kept.ts";
import type { Place } from "./address.ts";

const LAST_CLUSTER_KEY = "porthole.cluster";
/** By cluster; all namespaces where there is none. */
const NAMESPACES_KEY = "porthole.namespaces";
/** The oldest make room. */
const MAX_NAMESPACES_KEPT = 100;

export const usePlace = create<Place>(() => ({
  cluster: null,
  namespace: null,
  selected: null,
  container: null,
}));

/** Elsewhere the same names mean other things: no pod comes along, and the namespace is that of the last visit there. */
export function goToCluster(cluster: string): void {
  if (usePlace.getState().cluster === cluster) return;
  usePlace.setState({ cluster, namespace: lastNamespace(cluster), selected: null, container: null });
  keep(LAST_CLUSTER_KEY, cluster);
}

/** Where the last visit was. Null: the page begins at the kubeconfig's current context. */
export function lastCluster(): string | null {
  return kept(LAST_CLUSTER_KEY);
}

/** Where the last visit of a cluster was. Null is all. */
export function lastNamespace(cluster: string): string | null {
  const namespace = keptObject(NAMESPACES_KEY)[cluster];
  return typeof namespace === "string" ? namespace : null;
}

/** Null is all. The selected pod may be in another namespace than the new one; nothing is selected rather than that. */
export function goToNamespace(namespace: string | null): void {
  usePlace.setState({ namespace, selected: null, container: null });
  const { cluster } = usePlace.getState();
  if (cluster === null) return;
  const others = Object.entries(keptObject(NAMESPACES_KEY)).filter(([known]) => known !== cluster);
  const entries = namespace === null ? others : [...others, [cluster, namespace]];
  keep(NAMESPACES_KEY, JSON.stringify(Object.fromEntries(entries.slice(-MAX_NAMESPACES_KEPT))));
}

export function selectPod(selected: string | null): void {
  usePlace.setState(({ container, selected: before }) => ({
    selected,
    container: selected === before ? container : null,
  }));
}
