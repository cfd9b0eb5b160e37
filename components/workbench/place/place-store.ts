"use client";
/** Which cluster, namespace and pod the person looks at. The address says the same, see use-address.ts. */
import { create } from "zustand";
import { keep, kept } from "#components/ui/kept.ts";
import type { Place } from "./address.ts";

const LAST_CLUSTER_KEY = "porthole.cluster";

export const usePlace = create<Place>(() => ({ cluster: null, namespace: null, selected: null }));

/** Elsewhere the same names mean other things, so neither namespace nor pod comes along. */
export function goToCluster(cluster: string): void {
  if (usePlace.getState().cluster === cluster) return;
  usePlace.setState({ cluster, namespace: null, selected: null });
  keep(LAST_CLUSTER_KEY, cluster);
}

/** Where the last visit was. Null: the page begins at the kubeconfig's current context. */
export function lastCluster(): string | null {
  return kept(LAST_CLUSTER_KEY);
}

/** Null is all. The selected pod may be in another namespace than the new one; nothing is selected rather than that. */
export function goToNamespace(namespace: string | null): void {
  usePlace.setState({ namespace, selected: null });
}

export function selectPod(selected: string | null): void {
  usePlace.setState({ selected });
}
